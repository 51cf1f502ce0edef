import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka, startPostgres } from '@rohnamo/backing-services';
import { say } from '../say.ts';

/** The servers of one test run, in a folder of their own. */
export interface TestBacking {
  /** For the tests: where the servers are. */
  environment: Record<string, string>;
  /** Why there is no broker, and what to do; undefined when there is one. */
  brokerUnavailable: string | undefined;
  /** Stops what was started and deletes its data. Safe to repeat. */
  stop(): Promise<void>;
}

/** Tests make and drop databases all the time, and nobody misses them after a power cut. */
const quickSettings = { fsync: 'off', full_page_writes: 'off', max_connections: '500' };

/** Starts Postgres, and Kafka unless `isBrokerWanted` is false or the machine has no way to run one. */
export async function startTestBacking({ isBrokerWanted }: { isBrokerWanted: boolean }): Promise<TestBacking> {
  const folder = await mkdtemp(join(tmpdir(), 'rohnamo-test-'));
  await chmod(folder, 0o711); // as root, Postgres runs as another user, who must reach its data
  const started: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    await Promise.allSettled(started.splice(0).map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  const options = { port: 0, progress: say, persistent: false };
  const keep = <Server extends { stop(): Promise<void> }>(server: Server): Server => {
    started.push(server);
    return server;
  };

  const [postgres, kafka] = await Promise.allSettled([
    startPostgres({ ...options, dataDir: join(folder, 'postgres'), settings: quickSettings }).then(keep),
    isBrokerWanted
      ? startKafka({ ...options, dataDir: join(folder, 'kafka') }).then((broker) =>
          'unavailable' in broker ? broker : keep(broker),
        )
      : undefined,
  ]);
  const failure = [postgres, kafka].find((result) => result.status === 'rejected');
  if (postgres.status === 'rejected' || kafka.status === 'rejected') {
    await stop();
    throw failure?.reason;
  }
  const broker = kafka.value;
  const environment: Record<string, string> = { ROHNAMO_POSTGRES_URL: postgres.value.superuserUrl };
  say(`Postgres is up (${postgres.value.origin})`);
  if (broker && 'brokers' in broker) {
    environment['ROHNAMO_KAFKA_BROKERS'] = broker.brokers.join();
    say(`Kafka is up (${broker.origin})`);
  }
  return { environment, brokerUnavailable: broker && 'unavailable' in broker ? broker.unavailable : undefined, stop };
}
