import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServiceName } from '@rohnamo/launch';
import { kafkaPositions } from '@rohnamo/messaging';
import type { Installation } from '../installation.ts';
import { topicsOf } from '../published-subjects.ts';
import { type DatabaseSnapshot, openSnapshot } from './database-snapshot.ts';
import { type DatabaseBackup, type Manifest, manifestFile } from './manifest.ts';

export interface BackupPlan {
  /** Made by the backup; there may be an empty one. */
  folder: string;
  services: readonly ServiceName[];
  say: (text: string) => void;
}

/**
 * Backs databases up while their services work. The positions in Kafka are noted first, then all snapshots are taken at once, then
 * written: an event may be heard again after a restore, and none is missed.
 */
export async function takeBackup(
  installation: Pick<Installation, 'ownerUrls' | 'kafka'>,
  { folder, services, say }: BackupPlan,
): Promise<Manifest> {
  const unfinished = `${folder}.unfinished`;
  await refuseInUse(folder);
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });

  const positions = await positionsOf(installation.kafka, services);
  const takenAt = new Date().toISOString();
  const opened = await Promise.allSettled(
    services.map(async (service) => ({
      service,
      snapshot: await openSnapshot(service, installation.ownerUrls[service]),
    })),
  );
  const snapshots = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  try {
    const failed = opened.find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
    const databases: Manifest['databases'] = {};
    for (const { service, snapshot } of snapshots) {
      databases[service] = {
        ...(await written(service, snapshot, { unfinished, say })),
        kafka: positions.get(service) ?? null,
      };
    }
    const manifest: Manifest = { format: 1, takenAt, databases };
    await writeFile(join(unfinished, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`, {
      mode: 0o600,
      flush: true,
    });
    if (existsSync(folder)) await rmdir(folder);
    await rename(unfinished, folder);
    return manifest;
  } finally {
    await Promise.all(snapshots.map(({ snapshot }) => snapshot.close()));
  }
}

async function refuseInUse(folder: string): Promise<void> {
  if (existsSync(folder) && (await readdir(folder)).length > 0)
    throw new Error(`${folder} holds something already: name a folder of its own for each backup`);
}

async function written(
  service: ServiceName,
  snapshot: DatabaseSnapshot,
  { unfinished, say }: { unfinished: string; say: BackupPlan['say'] },
): Promise<Omit<DatabaseBackup, 'kafka'>> {
  const began = performance.now();
  const backup = await snapshot.write(unfinished);
  const rows = backup.tables.reduce((sum, table) => sum + table.rows, 0);
  const bytes = backup.tables.reduce((sum, table) => sum + table.bytes, 0);
  const seconds = (performance.now() - began) / 1000;
  say(
    `${service}: ${rows} rows of ${backup.tables.length} tables, ${(bytes / 1e6).toFixed(1)} MB, ` +
      `journal of ${backup.entries} entries, ${seconds.toFixed(1)} s\n`,
  );
  return backup;
}

async function positionsOf(
  kafka: Installation['kafka'],
  services: readonly ServiceName[],
): Promise<Map<ServiceName, NonNullable<DatabaseBackup['kafka']>>> {
  const found = new Map<ServiceName, NonNullable<DatabaseBackup['kafka']>>();
  if (kafka === null) return found;
  const positions = await kafkaPositions(kafka);
  try {
    for (const service of services)
      found.set(service, {
        heard: await positions.groupOffsets(service),
        published: await positions.endOffsets(topicsOf(service)),
      });
    return found;
  } finally {
    await positions.close();
  }
}
