import { setTimeout as pause } from 'node:timers/promises';
import { type JournalEvent, topicOf, topics, type TopicName } from '@rohnamo/contracts';
import type { Worker } from '@rohnamo/journal';
import kafkajs from 'kafkajs';
import { answeringSocket } from './answering-socket.ts';
import { catchUp } from './kafka-catch-up.ts';
import { groupMember, type Member } from './kafka-group.ts';
import { messageOf, retentionMs } from './kafka-message.ts';
import { makeTopics } from './kafka-topics.ts';
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
 * The transport over Apache Kafka. Only the files of this folder that are called kafka-… import kafkajs, which is stalled upstream: 2.2.4 is patched here for
 * tulios/kafkajs#1751 (a 1 ms polling loop on newer Node), for batches of which a part was lost when its leader changed, and for connections that were deaf for good once
 * they had been cut in the middle of an answer; and a batch that fails is fetched again by kafkajs itself.
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
  const members = new Set<Member>();
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
    await makeTopics(
      admin,
      missing.map(([topic, { cleanup }]) => ({
        topic: `${prefix}.${topic}`,
        numPartitions: partitions,
        replicationFactor: -1,
        configEntries: [
          { name: 'cleanup.policy', value: cleanup },
          ...(cleanup === 'delete' ? [{ name: 'retention.ms', value: String(retentionMs) }] : []),
        ],
      })),
    );
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

  /** A consumer that kafkajs has given up on for good (a broker that was frozen, say) is replaced by a new one. */
  const consume = async (subscription: Subscription): Promise<void> => {
    await connected;
    const { topics: heard, onCaughtUp } = subscription;
    await withPatience(async () => {
      const onTaken = onCaughtUp && (await catchUp(admin, heard.map(nameOf), onCaughtUp));
      const onGone = () => {
        members.delete(member);
        void consume(subscription);
      };
      const member = groupMember({ kafka, prefix, subscription, retry, onTaken, onGone, onError });
      members.add(member);
      await member.join().catch((error: unknown) => {
        members.delete(member);
        throw error;
      });
    });
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
      await Promise.all([...members].map((member) => member.stop()));
      await producer.disconnect();
      await admin.disconnect();
    },
  };
}
