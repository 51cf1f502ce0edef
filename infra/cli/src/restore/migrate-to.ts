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

/** What stands today for a migration that landed and was otherwise later, by its SHA-256: the schema that it leaves is the same. */
const standsFor: Readonly<Record<string, readonly string[]>> = {
  // 0009_whole_life_mended, of 27 November 2026
  '316d4164c169ba5285820bcf2e373779b1462999165efafefda0f2e65092ee3b': [
    '0009_cancelled_by_others',
    '0010_triage_as_of_the_day',
    '0011_consents_end',
    '0012_who_wrote_it',
    '0013_used_consents',
  ],
  // 0009_cancelled_by_others without its comment, of the same day
  aef94aed9c47d2b45adc1acc42eebc47f10dcad1ce4b266374463cc731a62746: ['0009_cancelled_by_others'],
};

/** The newest migrations are applied by the job of this version; a backup is restored into the schema that it was taken of. */
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
  const entries: typeof journal.entries = [];
  for (const { sha256 } of wanted) {
    const next = journal.entries.slice(entries.length, entries.length + (standsFor[sha256]?.length ?? 1));
    const [first] = next;
    const isKnown =
      first !== undefined &&
      (standsFor[sha256]?.join() === next.map(({ tag }) => tag).join() || sha256 === (await hashOf(folder, first.tag)));
    if (!isKnown)
      throw new Error(
        `the backup of ${service} was taken by a version of Rohnamo with other migrations (${first?.tag ?? `number ${entries.length + 1}`}): restore it with that version, or a newer one`,
      );
    entries.push(...next);
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

const hashOf = async (folder: string, tag: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(join(folder, `${tag}.sql`), 'utf8'))
    .digest('hex');
