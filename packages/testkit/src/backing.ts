import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KafkaBroker, type PostgresServer, startKafka, startPostgres } from '@rohnamo/backing-services';

const quiet = (): void => undefined;
let postgres: Promise<PostgresServer> | undefined;
let kafka: Promise<KafkaBroker> | undefined;

const scratch = (name: string): Promise<string> => mkdtemp(join(tmpdir(), `rohnamo-${name}-`));

/** A Postgres for this test run: the one that ROHNAMO_POSTGRES_URL names, or one of this process's own, stopped with it. */
export function testPostgres(): Promise<PostgresServer> {
  postgres ??= scratch('postgres').then(async (dataDir) => {
    const server = await startPostgres({ dataDir, port: 0, progress: quiet });
    stopWithProcess(server, dataDir);
    return server;
  });
  return postgres;
}

/**
 * A Kafka for this test run: the one that ROHNAMO_KAFKA_BROKERS names, or one of this process's own.
 * @throws when none can be had, saying what is missing: a suite that needs a broker never passes without one.
 */
export function testKafka(): Promise<KafkaBroker> {
  kafka ??= scratch('kafka').then(async (dataDir) => {
    const broker = await startKafka({ dataDir, port: 0, progress: quiet });
    if ('unavailable' in broker) throw new Error(broker.unavailable);
    stopWithProcess(broker, dataDir);
    return broker;
  });
  return kafka;
}

function stopWithProcess(server: { origin: string; stop: () => Promise<void> }, dataDir: string): void {
  if (server.origin === 'environment') return void rm(dataDir, { recursive: true, force: true });
  process.once('beforeExit', () => void server.stop().then(() => rm(dataDir, { recursive: true, force: true })));
}
