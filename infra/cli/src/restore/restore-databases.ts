import { databaseUrl } from '@rohnamo/backing-services';
import { type ServiceName, serviceNames } from '@rohnamo/launch';
import { type KafkaPositions, kafkaPositions, type Shortfall } from '@rohnamo/messaging';
import { setTimeout as pause } from 'node:timers/promises';
import type { DatabaseBackup, Manifest } from '../backup/manifest.ts';
import { beginGeneration } from './begin-generation.ts';
import { copyIn } from './copy-in.ts';
import { findLost, raiseVersions } from './find-lost.ts';
import { publishAgain, setFollowersBack } from './followers.ts';
import type { LostSubject } from './lost-versions.ts';
import { type MigrationsAsBackedUp, migrationsAsBackedUp } from './migrate-to.ts';
import { type Proof, proveJournal } from './prove.ts';
import {
  contentOf,
  dropBeside,
  makeBeside,
  refuseInUse,
  type Restorable,
  swapIn,
  withClient,
} from './target-database.ts';
import { verifyFiles } from './verify-files.ts';

const groupIdleWithinMs = 30_000; // a member that was killed stays in its group for 10 s

export interface RestorePlan {
  folder: string;
  manifest: Manifest;
  services: readonly ServiceName[];
  /** Whether databases that hold rows may be put aside. */
  replace: boolean;
  /** Checkpoints that were kept outside, by the service whose journal they are of. */
  kept: ReadonlyMap<ServiceName, readonly string[]>;
  /** Kafka has lost its topics: all is published once more. */
  kafkaLost: boolean;
  say: (text: string) => void;
  /** Whether databases that lack what was recorded since may take their places. */
  acceptLoss: boolean;
  /** Called with what was found, before anything that is there is touched. */
  onProved: (found: ReadonlyMap<ServiceName, Restored>) => Promise<void>;
  now: Date;
}

/** What became of one database. */
export interface Restored {
  proof: Proof;
  lost: LostSubject[];
  /** Events that its consumer should hear again, and Kafka no longer has. */
  shortfalls: Shortfall[];
  /** Entries that the database which is there has beyond the backup's; null where there is none to ask. */
  entriesBehind: number | null;
}

/** Whether a restore takes back anything that was recorded, as far as that can be known. */
const rollsBack = ({ proof, lost, entriesBehind }: Restored): boolean =>
  proof.rolledBack.length > 0 || lost.length > 0 || (entriesBehind ?? 0) > 0;

/** What was recorded would be taken back, and nobody has said that it may. */
class LossNotAccepted extends Error {
  constructor(services: readonly ServiceName[]) {
    super(
      `nothing was put in place: the backup lacks what was recorded in ${services.join(' and ')} since, as listed. To restore it all the same, give --accept-loss; to lose less, take a newer backup`,
    );
    this.name = 'LossNotAccepted';
  }
}

interface Target {
  service: ServiceName;
  backup: DatabaseBackup;
  signingKey: string;
  migrations: MigrationsAsBackedUp;
}

/**
 * Restores databases: each is made beside the real one, filled, proved, and set against what others have heard; then all take their
 * places. Until then nothing that is there is touched, but for positions in Kafka that are set back: that does no harm.
 * @returns the names under which the databases that were there are kept.
 * @throws where anything is not as it must be; the message says what to do.
 */
export async function restoreDatabases(installation: Restorable, plan: RestorePlan): Promise<string[]> {
  const targets: Target[] = [];
  let positions: KafkaPositions | null = null;
  const besides = new Map<ServiceName, string>();
  try {
    for (const service of plan.services) targets.push(await targetOf(installation, service, plan));
    if (installation.kafka) positions = await kafkaPositions(installation.kafka);
    await readyToRestore(installation, targets, { ...plan, positions });
    for (const target of targets) besides.set(target.service, await filled(installation, target, plan));

    const live = await liveDatabases(installation);
    const found = new Map<ServiceName, Restored>();
    for (const { service, backup, signingKey } of targets) {
      const ownerUrl = besides.get(service)!;
      const proof = await proveJournal(ownerUrl, { service, signingKey, backup, kept: plan.kept.get(service) ?? [] });
      const entriesBehind = await entriesBeyond(live.get(service), proof.entries);
      found.set(service, { proof, lost: [], shortfalls: [], entriesBehind });
    }
    for (const { service, backup } of targets) {
      const lost = await withClient(besides.get(service)!, async (restored) => {
        const consumerUrl = (consumer: ServiceName) => besides.get(consumer) ?? live.get(consumer) ?? null;
        const subjects = await findLost({ service, backup, restored, positions, consumerUrl });
        await raiseVersions(restored, subjects);
        await beginGeneration(restored);
        return subjects;
      });
      found.get(service)!.lost = lost;
    }
    const behind = [...found].filter(([, restored]) => rollsBack(restored)).map(([service]) => service);
    if (behind.length > 0 && !plan.acceptLoss) {
      await plan.onProved(found);
      throw new LossNotAccepted(behind);
    }
    const ends = new Map([...found].map(([service, { proof }]) => [service, proof.entries]));
    await setFollowersBack(ends, [...new Map([...live, ...besides]).values()]);
    for (const { service, backup } of targets) {
      if (plan.kafkaLost) await publishAgain(besides.get(service)!);
      else if (positions) found.get(service)!.shortfalls = await positions.setBack(service, backup.kafka?.heard ?? {});
    }
    await plan.onProved(found);

    const aside: string[] = [];
    for (const { service } of targets) {
      const kept = await swapIn(installation, service, plan.now);
      besides.delete(service);
      if (kept !== null) aside.push(kept);
      plan.say(`${service}: in place\n`);
    }
    return aside;
  } finally {
    await positions?.close();
    for (const service of besides.keys()) await dropBeside(installation, service);
    for (const { migrations } of targets) await migrations.dispose();
  }
}

/** All that can be known of a backup without writing. */
async function targetOf(installation: Restorable, service: ServiceName, plan: RestorePlan): Promise<Target> {
  const backup = plan.manifest.databases[service];
  if (backup === undefined) throw new Error(`the backup holds no database of ${service}`);
  const signingKey = installation.signingKeys[service];
  if (!signingKey)
    throw new Error(`${service.toUpperCase()}_CHECKPOINT_SIGNING_KEY is missing: without it nothing can be proved`);
  plan.say(`${service}: checking the files\n`);
  await verifyFiles(plan.folder, backup.tables);
  return { service, backup, signingKey, migrations: await migrationsAsBackedUp(service, backup.migrations) };
}

/** @throws where a database is in use, or holds what would be put aside unasked, or a group has members. */
async function readyToRestore(
  installation: Restorable,
  targets: readonly Target[],
  { replace, positions }: { replace: boolean; positions: KafkaPositions | null },
): Promise<void> {
  for (const { service } of targets) {
    await refuseInUse(installation, service);
    if (!replace && (await contentOf(installation, service)) === 'filled')
      throw new Error(
        `the database of ${service} is not empty: with --replace it is put aside under another name, and the backup takes its place`,
      );
    const deadline = performance.now() + groupIdleWithinMs;
    while (positions && !(await positions.isIdle(service))) {
      if (performance.now() > deadline)
        throw new Error(`somebody still works in the consumer group of ${service}: stop every replica of it`);
      await pause(500);
    }
  }
}

async function filled(
  installation: Restorable,
  { service, backup, migrations }: Target,
  { folder, say }: RestorePlan,
): Promise<string> {
  const began = performance.now();
  const ownerUrl = await makeBeside(installation, service);
  await migrations.apply(ownerUrl);
  await copyIn(ownerUrl, folder, backup);
  const rows = backup.tables.reduce((sum, table) => sum + table.rows, 0);
  say(`${service}: ${rows} rows loaded in ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
  return ownerUrl;
}

/** How many entries a database has beyond so many; null where it cannot be told: it is not there, or is no journal of this version. */
async function entriesBeyond(url: string | undefined, entries: number): Promise<number | null> {
  if (url === undefined) return null;
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ count: string }>('select count(*) from entry');
    return Math.max(0, Number(rows[0]?.count ?? 0) - entries);
  }).catch(() => null);
}

/** The databases that are there and hold something, as a superuser sees them. */
async function liveDatabases(installation: Restorable): Promise<Map<ServiceName, string>> {
  const live = new Map<ServiceName, string>();
  for (const service of serviceNames)
    if ((await contentOf(installation, service)) === 'filled')
      live.set(service, databaseUrl(installation.superuserUrl, { database: installation.databaseOf(service) }));
  return live;
}
