import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Progress, startKafka, startPostgres } from '@rohnamo/backing-services';
import { type StopList, workspaceRoot } from '@rohnamo/launch';
import { processOn } from '../measure/processes.ts';
import { countingStatements } from '../report/statements.ts';

/** The servers that both sides stand on. */
export interface Servers {
  /** For databases, logs and profiles of this run. Removed when it is over. */
  folder: string;
  superuserUrl: string;
  brokers: readonly string[];
  /** The processes to watch; `null` where they cannot be seen from here. */
  pids: { postgres: number | null; kafka: number | null };
}

/**
 * A Postgres of this run's own, with the settings that `npm start` gives it, and a Kafka. Its data lies in the workspace, not
 * among temporary files: those may be in memory, where a commit costs nothing.
 */
export async function startServers({
  stops,
  progress,
  isProfile,
}: {
  stops: StopList;
  progress: Progress;
  isProfile: boolean;
}): Promise<Servers> {
  const cache = join(workspaceRoot, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'rohnamo-bench-'));
  chmodSync(folder, 0o711); // as root, Postgres runs as another user, who must reach its data
  stops.add('the folder', () => rmSync(folder, { recursive: true, force: true }));
  // Roles and their passwords belong to a whole server: a stack that runs on somebody's Postgres must not lose them.
  const { ROHNAMO_POSTGRES_URL: _foreign, ...environment } = process.env;
  const options = { port: 0, progress, persistent: false };
  const dataDir = (name: string) => join(folder, name);

  const [postgres, kafka] = await Promise.allSettled([
    startPostgres({
      ...options,
      environment,
      dataDir: dataDir('postgres'),
      settings: isProfile ? countingStatements : {},
    }),
    startKafka({ ...options, dataDir: dataDir('kafka'), isMeasured: true }),
  ]);
  if (postgres.status === 'fulfilled') stops.add('Postgres', () => postgres.value.stop());
  if (kafka.status === 'rejected') throw kafka.reason;
  const broker = kafka.value;
  if ('unavailable' in broker) throw new Error(`Kafka cannot be had: ${broker.unavailable}`);
  stops.add('Kafka', () => broker.stop());
  if (postgres.status === 'rejected') throw postgres.reason;
  return {
    folder,
    superuserUrl: postgres.value.superuserUrl,
    brokers: broker.brokers,
    pids: { postgres: processOn(dataDir('postgres')), kafka: processOn(dataDir('kafka')) },
  };
}
