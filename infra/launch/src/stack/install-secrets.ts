import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivateFile } from './private-file.ts';
import { perService, serviceNames } from './service-names.ts';
import type { PerService, ServiceName } from './service-names.ts';

/** How a client asks for tokens. */
export interface ClientCredentials {
  clientId: string;
  clientSecret: string;
}

/** The secrets of one installation, drawn at random once. */
export interface InstallSecrets {
  /** Tells this installation's topics from another's where two share a broker. */
  installId: string;
  databasePasswords: PerService<Record<'owner' | 'app' | 'sealer', string>>;
  /** Environment variables that hold a secret, by service. */
  environment: PerService<Record<string, string>>;
  /** Clients that have been made, by what they are for: `service:referral`, `facility`. */
  clients: Record<string, ClientCredentials>;
}

/** What of the secrets may be missing: all of it at first, a part after an update that needs more. */
export type KnownSecrets = Partial<InstallSecrets>;

const secretsFile = (stateFolder: string) => join(stateFolder, 'secrets.json');

/** Reads this installation's secrets, draws those it does not have yet, and keeps them with mode 0600. */
export function ensureSecrets(stateFolder: string): InstallSecrets {
  const secrets = completeSecrets(readSecrets(secretsFile(stateFolder)));
  saveSecrets(stateFolder, secrets);
  return secrets;
}

/** Keeps the secrets, with mode 0600. */
export function saveSecrets(stateFolder: string, secrets: InstallSecrets): void {
  writePrivateFile(secretsFile(stateFolder), `${JSON.stringify(secrets, null, 2)}\n`);
}

/** What is known, unchanged, and new random values for the rest. */
export function completeSecrets(known: KnownSecrets): InstallSecrets {
  return {
    installId: known.installId ?? randomBytes(4).toString('hex'),
    databasePasswords: perService((name) => ({
      owner: newSecret(),
      app: newSecret(),
      sealer: newSecret(),
      ...known.databasePasswords?.[name],
    })),
    environment: perService((name) => ({ ...newEnvironmentSecrets(name), ...known.environment?.[name] })),
    clients: { ...known.clients },
  };
}

function readSecrets(file: string): KnownSecrets {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}; // Node's own errors carry a code
    throw error;
  }
  try {
    return JSON.parse(text) as KnownSecrets; // written by us
  } catch (cause) {
    throw new Error(`${file} cannot be read; with --fresh everything begins anew`, { cause });
  }
}

function newEnvironmentSecrets(name: ServiceName): Record<string, string> {
  return {
    CHECKPOINT_SIGNING_KEY: newKey(),
    ...(name === 'notifications' ? { WEBHOOK_SECRET_KEY: newKey() } : {}),
    ...(name === 'identity' ? { SIGNING_KEY: newTokenKey() } : {}),
  };
}

/** The private key that signs tokens (ES256, RFC 7518 §3.4), as a JWK. */
function newTokenKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return JSON.stringify(privateKey.export({ format: 'jwk' }));
}

const newSecret = (): string => randomBytes(24).toString('base64url');
const newKey = (): string => randomBytes(32).toString('base64');

/** Every secret that must never be printed. */
export function secretValues({ databasePasswords, environment, clients }: InstallSecrets): string[] {
  return [
    ...serviceNames.flatMap((name) => [...Object.values(databasePasswords[name]), ...Object.values(environment[name])]),
    ...Object.values(clients).map(({ clientSecret }) => clientSecret),
  ];
}
