import { awaitUntil } from '../await-until.ts';
import type { Origin, ServerOptions } from '../backing-service.ts';
import { dockerAnswers } from '../docker/docker-engine.ts';
import { brokerAnswers } from './broker-answers.ts';
import { startDockerKafka } from './docker-kafka.ts';
import { startNativeKafka } from './native-kafka.ts';

const FOREIGN_DEADLINE_MS = 30_000;

export interface KafkaOptions extends ServerOptions {
  /** False: the data may vanish at the stop. In Docker no named volume is made then. Defaults to true. */
  persistent?: boolean;
  /** The port of the loopback interface that clients are told to come to, where it is not the broker's own: only native. */
  advertisedPort?: number;
  /** True: for throughput, as in production, at twice the CPU time of a start. Defaults to false: only native. */
  isMeasured?: boolean;
}

/** A Kafka broker that answers requests. Topics are not created automatically. */
export interface KafkaBroker {
  /** `host:port`, for clients to begin with. */
  brokers: string[];
  origin: Origin;
  /** Stops what was started and waits for its end; does nothing to a broker from the environment. Safe to repeat. */
  stop(): Promise<void>;
  /** SIGKILL, for tests of what survives it. Only a native broker has it. */
  kill?(): Promise<void>;
  /** Starts it again on the same address and data, after a stop or a kill, and waits until it answers. Only native. */
  restart?(): Promise<void>;
}

/** Why no broker can be had on this machine, and what to do, for a person to read. */
export interface Unavailable {
  unavailable: string;
}

/**
 * Brings up Kafka: at `ROHNAMO_KAFKA_BROKERS` (host:port, comma-separated) if it is set, else in Docker if an engine
 * answers, else as a child process from Maven Central's jars when there is Java 17 and Maven. Resolves when it answers.
 * Acknowledged messages survive a stop, a crash of the broker, and a new start with the same `dataDir`. Where the
 * machine lacks something it answers `unavailable`; a broker that could be had but fails is thrown, with its log.
 */
export async function startKafka(options: KafkaOptions): Promise<KafkaBroker | Unavailable> {
  const given = { persistent: true, environment: process.env, ...options };
  const brokers = given.environment['ROHNAMO_KAFKA_BROKERS'];
  if (brokers) return useForeignKafka(brokers.split(',').map((address) => address.trim()));
  if (await dockerAnswers(given.environment)) return startDockerKafka(given);
  return startNativeKafka(given);
}

async function useForeignKafka(brokers: string[]): Promise<KafkaBroker> {
  await awaitUntil({
    what: 'a broker of ROHNAMO_KAFKA_BROKERS to answer',
    deadlineMs: FOREIGN_DEADLINE_MS,
    attempt: async () => (await Promise.all(brokers.map(brokerAnswers))).includes(true),
  });
  return { brokers, origin: 'environment', stop: async () => {} };
}
