import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { limitMet, patiently } from '@rohnamo/backing-services';
import type { Role } from '@rohnamo/contracts';
import type { ClientCredentials } from './install-secrets.ts';

const run = promisify(execFile);
const COMMAND_TIMEOUT_MS = 120_000;

/** A client to be made. */
export interface ClientPlan {
  role: Role;
  organisationId: string;
  organisationKind: string;
  facilityIds?: readonly string[];
  deskIds?: readonly string[];
  /** Made without asking the directory, which does not run or does not have them. */
  unchecked?: boolean;
}

/** Where identity's commands are run. */
export interface IdentityPlace {
  root: string;
  environment: Record<string, string>;
}

/** Makes a client by identity's own command, and answers its credentials, which identity shows this once. */
export async function createClient(
  { role, organisationId, organisationKind, facilityIds = [], deskIds = [], unchecked = false }: ClientPlan,
  place: IdentityPlace,
): Promise<ClientCredentials> {
  const args = [
    'clients',
    'create',
    `--role=${role}`,
    `--organisation=${organisationId}`,
    `--organisation-kind=${organisationKind}`,
    ...facilityIds.map((id) => `--facility=${id}`),
    ...deskIds.map((id) => `--desk=${id}`),
    ...(unchecked ? ['--unchecked'] : []),
    '--json',
  ];
  return readCredentials(await runIdentity(place, args, `identity made no client for ${role}`));
}

async function runIdentity({ root, environment }: IdentityPlace, args: string[], failure: string): Promise<string> {
  const main = join(root, 'services', 'identity', 'src', 'main.ts');
  const timeout = patiently(COMMAND_TIMEOUT_MS);
  try {
    const { stdout } = await run(process.execPath, [main, ...args], { env: environment, timeout });
    return stdout;
  } catch (error) {
    const { stderr, killed } = error as { stderr?: string; killed?: boolean }; // as execFile rejects
    const late = killed ? `: ${limitMet('its command', timeout)}` : '';
    throw new Error(`${failure}${late}${stderr ? `:\n${stderr.trim()}` : ''}`, { cause: error });
  }
}

/** The credentials in what identity prints. Throws when they are not there; the message quotes nothing. */
export function readCredentials(stdout: string): ClientCredentials {
  const { clientId, clientSecret } = JSON.parse(stdout) as Partial<ClientCredentials>; // checked below
  if (typeof clientId !== 'string' || typeof clientSecret !== 'string')
    throw new Error('identity answered no credentials');
  return { clientId, clientSecret };
}
