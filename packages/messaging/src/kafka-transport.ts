import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type JournalEvent, topicOf, topics, type TopicName } from '@rohnamo/contracts';
import { crashPoint, type Worker } from '@rohnamo/journal';
import kafkajs, { type Consumer, type EachBatchPayload } from 'kafkajs';
import { answeringSocket } from './answering-socket.ts';
import { messageOf, readMessage, retentionMs } from './kafka-message.ts';
import { takeEvents } from './parking.ts';
import { startRelay } from './relay.ts';
import type { Subscription, Transport } from './transport.ts';

export interface KafkaOptions {
  brokers: string[];
  /** The client's name in the broker's log. */
  clientId: string;
  /** Stands before every topic and group name. */
  prefix: string;
  onError: (error: unknown) => void;
  partitions?: number;
}

const heartbeatInterval = 2_000;
/** As long as kafkajs waits for an answer itself. */
const silenceMs = 30_000;
/** A broker may be away for long: the default of 5 tries would give up before it is back. */
const retry = {
  initialRetryTime: 100,
  maxRetryTime: 2_000,
  retries: Number.MAX_SAFE_INTEGER,
  restartOnFailure: () => Promise.resolve(true),
};

/**
 * The transport over Apache Kafka. Only this file and kafka-positions.ts import kafkajs, which is stalled upstream: 2.2.4 is patched here for
 * tulios/kafkajs#1751 (a 1 ms polling loop on newer Node) and for batches of which a part was lost when its leader changed, and a batch that fails is fetched again by kafkajs itself.
 */
export function kafkaTransport({ brokers, clientId, prefix, onError, partitions = 6 }: KafkaOptions): Transport {
  const kafka = new kafkajs.Kafka({
    clientId,
    brokers,
    logLevel: kafkajs.logLevel.ERROR,
    logCreator: () => (entry) => onError(new Error(`kafka ${entry.namespace}: ${entry.log.message}`)),
    retry,
    socketFactory: answeringSocket(silenceMs),
  });
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
  const consumers = new Set<Consumer>();
  let stopping = false;
  const relays: Worker[] = [];
  const nameOf = (topic: TopicName) => `${prefix}.${topic}`;
  const admin = kafka.admin();

  const stopped = Promise.withResolvers<void>();
  let isConnected = false;
  const connected = withPatience(async () => {
    await admin.connect();
    await createTopics();
    await producer.connect();
    isConnected = true;
  });

  /** Tries until it succeeds or the transport stops: a broker may be away when a service starts, and nobody waits for it but what travels. */
  async function withPatience(attempt: () => Promise<void>): Promise<void> {
    while (!stopping)
      try {
        return await attempt();
      } catch (error) {
        onError(error);
        await pause(retry.maxRetryTime);
      }
  }

  async function createTopics(): Promise<void> {
    const existing = new Set(await admin.listTopics());
    const missing = Object.entries(topics).filter(([topic]) => !existing.has(`${prefix}.${topic}`));
    if (missing.length === 0) return;
    await admin.createTopics({
      waitForLeaders: true,
      topics: missing.map(([topic, { cleanup }]) => ({
        topic: `${prefix}.${topic}`,
        numPartitions: partitions,
        replicationFactor: -1,
        configEntries: [
          { name: 'cleanup.policy', value: cleanup },
          ...(cleanup === 'delete' ? [{ name: 'retention.ms', value: String(retentionMs) }] : []),
        ],
      })),
    });
  }

  const send = async (events: JournalEvent[]): Promise<void> => {
    await Promise.race([connected, stopped.promise]);
    if (!isConnected) throw new Error('stopped before there was a broker');
    const byTopic = Map.groupBy(events, ({ type }) => topicOf(type));
    await producer.sendBatch({
      acks: -1,
      topicMessages: [...byTopic].map(([topic, ofTopic]) => ({
        topic: nameOf(topic),
        messages: ofTopic.map(messageOf),
      })),
    });
  };

  /** Joins the group. A consumer that kafkajs has given up on for good (a broker that was frozen, say) is replaced by a new one. */
  const consume = async (subscription: Subscription): Promise<void> => {
    await connected;
    await withPatience(() => join(subscription));
  };

  const join = async (subscription: Subscription): Promise<void> => {
    const { group, topics: wanted, everyProcess = false } = subscription;
    const consumer = kafka.consumer({
      // A group of one that commits nothing: the broker forgets it soon after its process has gone.
      groupId: everyProcess ? `${prefix}.${group}.${randomUUID()}` : `${prefix}.${group}`,
      sessionTimeout: 10_000,
      heartbeatInterval,
      maxWaitTimeInMs: 1_000,
      allowAutoTopicCreation: false,
      retry,
    });
    consumers.add(consumer);
    consumer.on('consumer.crash', ({ payload: { error, restart } }) => {
      onError(error);
      if (restart || stopping) return;
      consumers.delete(consumer);
      void consumer
        .disconnect()
        .catch(onError)
        .then(() => consume(subscription));
    });
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: wanted.map(nameOf), fromBeginning: true });
      await consumer.run({
        autoCommit: !everyProcess,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 3,
        eachBatch: (payload) => takeBatch(payload, subscription),
      });
    } catch (error) {
      consumers.delete(consumer);
      await consumer.disconnect().catch(onError);
      throw error;
    }
  };

  /** The batch is done when every message of it is done or parked; until then the group keeps its place. */
  const takeBatch = async (
    { batch, resolveOffset, heartbeat, isStale, isRunning }: EachBatchPayload,
    subscription: Subscription,
  ): Promise<void> => {
    if (!isRunning() || isStale()) return;
    const beating = setInterval(() => void heartbeat().catch(onError), heartbeatInterval);
    try {
      const topic = batch.topic.slice(prefix.length + 1) as TopicName; // as nameOf made it
      const { partition } = batch;
      const arrivals = batch.messages
        .map((message) => readMessage({ ...message, topic, partition }))
        .filter((arrival) => arrival !== null);
      if (subscription.everyProcess)
        for (const arrival of arrivals)
          if (arrival.kind === 'unreadable')
            onError(new Error(`a message that cannot be read was passed over: ${arrival.message.at}`));
      await takeEvents(subscription, arrivals);
    } finally {
      clearInterval(beating);
    }
    crashPoint('consume.before-acknowledgement');
    resolveOffset(batch.lastOffset());
  };

  /** One question at a time: while the broker is away it is repeated until it is back. */
  let asking: Promise<boolean> | undefined;
  const isAnswered = (): Promise<boolean> =>
    connected
      .then(() => admin.listTopics())
      .then(
        () => true,
        () => false,
      );

  return {
    async publish(journal) {
      relays.push(startRelay({ journal, send, onError }));
    },

    async subscribe(subscription) {
      void consume(subscription);
    },

    ready() {
      asking ??= isAnswered().finally(() => (asking = undefined));
      return asking;
    },

    async stop() {
      stopping = true;
      stopped.resolve();
      await Promise.all(relays.splice(0).map((relay) => relay.stop()));
      if (!isConnected) return;
      await Promise.all([...consumers].map((consumer) => consumer.disconnect()));
      await producer.disconnect();
      await admin.disconnect();
    },
  };
}
