import { randomUUID } from 'node:crypto';
import type { TopicName } from '@rohnamo/contracts';
import { crashPoint } from '@rohnamo/journal';
import type { Batch, EachBatchPayload, Kafka, RetryOptions } from 'kafkajs';
import { readMessage } from './kafka-message.ts';
import { takerOf } from './parking.ts';
import type { Subscription } from './transport.ts';

const heartbeatInterval = 2_000;
/** How long after something was taken the broker is told. What came meanwhile comes again after a crash, and is known. */
const commitAfterMs = 1_000;
/** More than one fetch brings, so that all of it is at work at once and shares its round trips. */
const partitionsAtOnce = 32;

export interface Membership {
  kafka: Kafka;
  /** Stands before every topic and group name. */
  prefix: string;
  subscription: Subscription;
  retry: RetryOptions;
  /** Told of each batch, once every message of it is done or parked. */
  onTaken?: ((batch: Batch) => void) | undefined;
  /** Told when kafkajs has given up on the consumer for good: another is to take its place. */
  onGone: () => void;
  onError: (error: unknown) => void;
}

export interface Member {
  /** Goes to work. @throws where it could not */
  join: () => Promise<void>;
  /** Finishes what is under way, tells the broker, and leaves. */
  stop: () => Promise<void>;
}

/** A member of a consumer group. */
export function groupMember({ kafka, prefix, subscription, retry, onTaken, onGone, onError }: Membership): Member {
  const { group, topics, everyProcess = false } = subscription;
  const consumer = kafka.consumer({
    // A group of one that commits nothing: the broker forgets it soon after its process has gone.
    groupId: everyProcess ? `${prefix}.${group}.${randomUUID()}` : `${prefix}.${group}`,
    sessionTimeout: 10_000,
    heartbeatInterval,
    maxWaitTimeInMs: 1_000,
    allowAutoTopicCreation: false,
    retry,
  });
  const taker = takerOf(subscription);
  const underWay = new Set<Promise<void>>();
  let isOver = false;
  /** Of the first batch since the broker was told; it knows of all that came after, too. */
  let uncommitted: EachBatchPayload | null = null;
  let timer: NodeJS.Timeout | undefined;

  const commitNow = async (): Promise<void> => {
    clearTimeout(timer);
    const payload = uncommitted;
    if (payload === null) return;
    uncommitted = null;
    try {
      const offsets = payload.uncommittedOffsets(); // before what was taken is written down: of these, all is
      await taker.settle();
      await payload.commitOffsetsIfNecessary(offsets);
    } catch (error) {
      if (isRetriable(error)) commitSoon(payload);
      else onError(error);
    }
  };

  const commitSoon = (payload: EachBatchPayload): void => {
    if (everyProcess || uncommitted !== null) return;
    uncommitted = payload;
    if (!isOver) timer = setTimeout(() => void commitNow(), commitAfterMs).unref();
  };

  /** The batch is done when every message of it is done or parked; until then the group keeps its place. */
  const takeBatch = async (payload: EachBatchPayload): Promise<void> => {
    const { batch, resolveOffset, heartbeat, isStale, isRunning } = payload;
    if (isOver || !isRunning() || isStale()) return;
    const beating = setInterval(() => void heartbeat().catch(onError), heartbeatInterval);
    try {
      const topic = batch.topic.slice(prefix.length + 1) as TopicName; // as it was subscribed to
      const { partition } = batch;
      const arrivals = batch.messages
        .map((message) => readMessage({ ...message, topic, partition }))
        .filter((arrival) => arrival !== null);
      if (everyProcess)
        for (const arrival of arrivals)
          if (arrival.kind === 'unreadable')
            onError(new Error(`a message that cannot be read was passed over: ${arrival.message.at}`));
      await taker.take(arrivals);
    } finally {
      clearInterval(beating);
    }
    crashPoint('consume.before-acknowledgement');
    resolveOffset(batch.lastOffset());
    onTaken?.(batch);
    commitSoon(payload);
  };

  const leave = async (): Promise<void> => {
    isOver = true;
    clearTimeout(timer);
    await consumer.disconnect();
  };

  consumer.on('consumer.crash', ({ payload: { error, restart } }) => {
    onError(error);
    if (restart || isOver) return;
    void leave().catch(onError).then(onGone);
  });

  return {
    async join() {
      try {
        await consumer.connect();
        await consumer.subscribe({ topics: topics.map((topic) => `${prefix}.${topic}`), fromBeginning: true });
        await consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          partitionsConsumedConcurrently: partitionsAtOnce,
          eachBatch: async (payload) => {
            const taking = takeBatch(payload);
            underWay.add(taking);
            await taking.finally(() => underWay.delete(taking));
          },
        });
      } catch (error) {
        await leave().catch(onError);
        throw error;
      }
    },
    async stop() {
      isOver = true;
      await Promise.allSettled(underWay);
      await commitNow();
      await leave();
    },
  };
}

/** What passes by itself: a coordinator that moves or loads. Not a group that has gone on without us, which will hear it all again. */
const isRetriable = (error: unknown): boolean =>
  error instanceof Error && 'retriable' in error && error.retriable === true;
