import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const SUPERUSER = 'postgres';

export const superuserPasswordFile = (dataDir: string) => join(dataDir, 'superuser-password');

/** The password of this data directory's superuser: drawn at random once, kept beside the data with mode 0600. */
export function superuserPassword(dataDir: string): string {
  const file = superuserPasswordFile(dataDir);
  mkdirSync(dataDir, { recursive: true });
  try {
    writeFileSync(file, randomBytes(24).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // Node's own errors carry a code
  }
  return readFileSync(file, 'utf8');
}

/** The superuser's address on the maintenance database. */
export function superuserUrl({ host, port, password }: { host: string; port: number; password: string }): string {
  return `postgres://${SUPERUSER}:${password}@${host}:${port}/postgres`;
}
