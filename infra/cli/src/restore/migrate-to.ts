import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ServiceName } from '@rohnamo/launch';
import { migrationsOf, type ServiceDefinition } from '@rohnamo/service-kit';
import { z } from 'zod';
import type { DatabaseBackup } from '../backup/manifest.ts';

/** As drizzle-kit writes it. */
const Journal = z.looseObject({ entries: z.array(z.looseObject({ tag: z.string(), when: z.number() })) });

const foldersOf: Record<ServiceName, () => Promise<Pick<ServiceDefinition, 'migrationsFolder'>>> = {
  registry: async () => (await import('@rohnamo/registry/service')).registry,
  directory: async () => (await import('@rohnamo/directory/service')).directory,
  referral: async () => (await import('@rohnamo/referral/service')).referral,
  notifications: async () => (await import('@rohnamo/notifications/service')).notifications,
  identity: async () => (await import('@rohnamo/identity/service')).identity,
};

/** The newest migrations are applied when the service starts; a backup is restored into the schema that it was taken of. */
export interface MigrationsAsBackedUp {
  apply: (ownerUrl: string) => Promise<void>;
  dispose: () => Promise<void>;
}

/**
 * A service's migrations up to those that a backup names, and no further.
 * @throws where this version of the product does not have just those.
 */
export async function migrationsAsBackedUp(
  service: ServiceName,
  wanted: DatabaseBackup['migrations'],
): Promise<MigrationsAsBackedUp> {
  const folder = fileURLToPath((await foldersOf[service]()).migrationsFolder);
  const journal = Journal.parse(JSON.parse(await readFile(join(folder, 'meta', '_journal.json'), 'utf8')));
  const entries = journal.entries.slice(0, wanted.length);
  for (const [index, { sha256 }] of wanted.entries()) {
    const tag = entries[index]?.tag;
    const text = tag === undefined ? null : await readFile(join(folder, `${tag}.sql`), 'utf8');
    if (text === null || createHash('sha256').update(text).digest('hex') !== sha256)
      throw new Error(
        `the backup of ${service} was taken by a version of Rohnamo with other migrations (${tag ?? `number ${index + 1}`}): restore it with that version, or a newer one`,
      );
  }
  const scratch = await mkdtemp(join(tmpdir(), 'rohnamo-migrations-'));
  await mkdir(join(scratch, 'meta'));
  await writeFile(join(scratch, 'meta', '_journal.json'), JSON.stringify({ ...journal, entries }));
  for (const { tag } of entries) await copyFile(join(folder, `${tag}.sql`), join(scratch, `${tag}.sql`));
  return {
    apply: migrationsOf({ name: service, migrationsFolder: pathToFileURL(scratch) }).migrate,
    dispose: () => rm(scratch, { recursive: true, force: true }),
  };
}
