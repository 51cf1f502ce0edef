import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TopicName, topics } from '@rohnamo/contracts';
import { serviceNames } from '@rohnamo/launch';
import { z } from 'zod';

const topicNames = Object.keys(topics) as [TopicName, ...TopicName[]]; // its keys, of which there are some

/** Offsets by topic, one a partition. */
const Offsets = z.partialRecord(z.enum(topicNames), z.array(z.string().regex(/^-?\d+$/)));

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);

const TableBackup = z.object({
  table: z.string(),
  columns: z.array(z.string()).min(1),
  rows: count,
  /** In the folder: COPY's text format, compressed by gzip. */
  file: z.string().regex(/^[a-z]+\.[a-z_]+\.copy\.gz$/),
  bytes: count,
  /** Of the file as it lies there. */
  sha256,
});
export type TableBackup = z.infer<typeof TableBackup>;

const DatabaseBackup = z.object({
  /** Those that were applied, in their order. */
  migrations: z.array(z.object({ sha256, createdAt: count })).min(1),
  tables: z.array(TableBackup).min(1),
  /** The last value that each sequence gave. */
  sequences: z.record(z.string(), z.string()),
  /** How many entries the journal has placed. */
  entries: count,
  /** Its newest signed checkpoint; null before the first. */
  checkpoint: z.string().nullable(),
  /** Taken before the snapshot; null where there was no Kafka. */
  kafka: z
    .object({
      /** Where the service's consumer group was. */
      heard: Offsets,
      /** Where the service's own topics ended. */
      published: Offsets,
    })
    .nullable(),
});
export type DatabaseBackup = z.infer<typeof DatabaseBackup>;

/** What a backup holds. Written last: a folder without it is no backup. */
const Manifest = z.object({
  format: z.literal(1),
  takenAt: z.iso.datetime(),
  databases: z.partialRecord(z.enum(serviceNames), DatabaseBackup),
});
export type Manifest = z.infer<typeof Manifest>;

export const manifestFile = 'manifest.json';

/** @throws an error that says what is the matter with the folder. */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = join(folder, manifestFile);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new Error(`${folder} is no finished backup: it has no ${manifestFile}. Use another one`, { cause });
  }
  try {
    return Manifest.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${file} was changed, damaged, or written by another version of Rohnamo. Use another backup`, {
      cause,
    });
  }
}
