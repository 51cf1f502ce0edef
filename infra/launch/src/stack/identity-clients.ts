import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ClientCredentials } from './install-secrets.ts';

const run = promisify(execFile);
const COMMAND_TIMEOUT_MS = 30_000;

/** A client to be made. */
export interface ClientPlan {
  role: 'migration-service' | 'facility' | 'supervisor' | 'directory-admin' | 'auditor' | 'service';
  organisationId: string;
  organisationKind: string;
  facilityIds?: readonly string[];
}

/** Makes a client by identity's own command, and answers its credentials, which identity shows this once. */
export async function createClient(
  { role, organisationId, organisationKind, facilityIds = [] }: ClientPlan,
  { root, environment }: { root: string; environment: Record<string, string> },
): Promise<ClientCredentials> {
  const args = [
    join(root, 'services', 'identity', 'src', 'main.ts'),
    'clients',
    'create',
    `--role=${role}`,
    `--organisation=${organisationId}`,
    `--organisation-kind=${organisationKind}`,
    ...facilityIds.map((id) => `--facility=${id}`),
    '--json',
  ];
  try {
    const { stdout } = await run(process.execPath, args, { env: environment, timeout: COMMAND_TIMEOUT_MS });
    return readCredentials(stdout);
  } catch (error) {
    const { stderr } = error as { stderr?: string }; // as execFile rejects
    throw new Error(`identity made no client for ${role}${stderr ? `:\n${stderr.trim()}` : ''}`, { cause: error });
  }
}

/** The credentials in what identity prints. Throws when they are not there; the message quotes nothing. */
export function readCredentials(stdout: string): ClientCredentials {
  const { clientId, clientSecret } = JSON.parse(stdout) as Partial<ClientCredentials>; // checked below
  if (typeof clientId !== 'string' || typeof clientSecret !== 'string')
    throw new Error('identity answered no credentials');
  return { clientId, clientSecret };
}
