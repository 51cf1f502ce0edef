import { randomUUID } from 'node:crypto';
import { type JournalEvent, type TopicName, topics } from '@rohnamo/contracts';
import kafkajs from 'kafkajs';
import { readMessage } from './kafka-message.ts';

/** Offsets by topic, without the prefix, one a partition in the order of partitions. -1: a group has taken nothing of it yet. */
export type Offsets = Partial<Record<TopicName, string[]>>;

/** What was asked of a group's positions, where they could not be set as asked. */
export interface Shortfall {
  topic: TopicName;
  partition: number;
  /** `expired`: the topic no longer holds what comes next. `ahead`: the topic ends before: it is not the one it was. */
  why: 'expired' | 'ahead';
}

const topicNames = Object.keys(topics) as TopicName[]; // the keys of an object of exactly those
const nothingTaken = '-1';
const idleStates = ['Empty', 'Dead'];

/** How far topics reach and groups have got: for backups, and for what follows a restore. Nothing here runs beside a service's work. */
export async function kafkaPositions({ brokers, prefix }: { brokers: string[]; prefix: string }) {
  const kafka = new kafkajs.Kafka({ clientId: 'rohnamo', brokers, logCreator: () => () => undefined });
  const admin = kafka.admin();
  await admin.connect();
  const nameOf = (topic: TopicName) => `${prefix}.${topic}`;
  const groupOf = (group: string) => `${prefix}.${group}`;

  const existing = async (): Promise<TopicName[]> => {
    const found = new Set(await admin.listTopics());
    return topicNames.filter((topic) => found.has(nameOf(topic)));
  };

  /** What each partition still holds: from `low` up to, not including, `high`. */
  const extentOf = async (topic: TopicName): Promise<{ low: string; high: string }[]> => {
    const partitions = await admin.fetchTopicOffsets(nameOf(topic));
    return partitions.sort((a, b) => a.partition - b.partition).map(({ low, high }) => ({ low, high }));
  };

  const groupOffsets = async (group: string): Promise<Offsets> => {
    const known = await existing();
    if (known.length === 0) return {};
    const found = await admin.fetchOffsets({ groupId: groupOf(group), topics: known.map(nameOf) });
    const offsets: Offsets = {};
    for (const topic of known) {
      const partitions = found.find((each) => each.topic === nameOf(topic))?.partitions ?? [];
      const sorted = partitions.sort((a, b) => a.partition - b.partition).map(({ offset }) => offset);
      if (sorted.some((offset) => offset !== nothingTaken)) offsets[topic] = sorted;
    }
    return offsets;
  };

  return {
    /** Which partitions' next event each group takes. Topics of which it has taken nothing are left out. */
    groupOffsets,

    /** Where each of these topics ends now. Those that there are not are left out. */
    async endOffsets(of: readonly TopicName[]): Promise<Offsets> {
      const ends: Offsets = {};
      for (const topic of await existing())
        if (of.includes(topic)) ends[topic] = (await extentOf(topic)).map(({ high }) => high);
      return ends;
    },

    /** Whether nobody works in a group now: only then its positions may be set. */
    async isIdle(group: string): Promise<boolean> {
      const { groups } = await admin.describeGroups([groupOf(group)]);
      return groups.every(({ state }) => idleStates.includes(state));
    },

    /**
     * Sets a group back to where it was, so that it hears again what came after. What it had not begun then, it begins anew.
     * @returns where that could not be done exactly: there the group begins with the oldest event that is left.
     * @throws while somebody works in the group.
     */
    async setBack(group: string, to: Offsets): Promise<Shortfall[]> {
      const shortfalls: Shortfall[] = [];
      const known = await existing();
      const now = await groupOffsets(group);
      for (const topic of known.filter((each) => to[each] !== undefined || now[each] !== undefined)) {
        const extents = await extentOf(topic);
        const partitions = extents.map(({ low, high }, partition) => {
          const wanted = to[topic]?.[partition] ?? nothingTaken;
          const why = wanted === nothingTaken ? null : unreachable(wanted, { low, high });
          if (why !== null) shortfalls.push({ topic, partition, why });
          return { partition, offset: wanted === nothingTaken || why !== null ? low : wanted };
        });
        if (partitions.every(({ partition, offset }) => now[topic]?.[partition] === offset)) continue; // it costs seconds a topic
        await admin.setOffsets({ groupId: groupOf(group), topic: nameOf(topic), partitions });
      }
      return shortfalls;
    },

    /** Reads what topics hold from these offsets on, up to their ends at the call. Partitions that are not named are read from the oldest event on. */
    async read(of: readonly TopicName[], from: Offsets, onEvent: (event: JournalEvent) => void): Promise<void> {
      const open: Stretch[] = [];
      for (const topic of (await existing()).filter((each) => of.includes(each)))
        for (const [partition, { low, high }] of (await extentOf(topic)).entries()) {
          const wanted = BigInt(from[topic]?.[partition] ?? 0);
          const start = wanted < BigInt(low) || wanted > BigInt(high) ? low : String(wanted);
          if (BigInt(start) < BigInt(high)) open.push({ topic, name: nameOf(topic), partition, from: start, high });
        }
      if (open.length > 0) await readUpTo(kafka, open, groupOf(`reading-${randomUUID()}`), onEvent);
    },

    close: () => admin.disconnect(),
  };
}
export type KafkaPositions = Awaited<ReturnType<typeof kafkaPositions>>;

function unreachable(offset: string, { low, high }: { low: string; high: string }): Shortfall['why'] | null {
  if (BigInt(offset) < BigInt(low)) return 'expired';
  return BigInt(offset) > BigInt(high) ? 'ahead' : null;
}

/** What is to be read of a partition; `name` is the topic's with its prefix. */
interface Stretch {
  topic: TopicName;
  name: string;
  partition: number;
  from: string;
  high: string;
}

/** Reads as a group of one, which commits nothing and is deleted afterwards. */
async function readUpTo(
  kafka: InstanceType<typeof kafkajs.Kafka>,
  open: readonly Stretch[],
  groupId: string,
  onEvent: (event: JournalEvent) => void,
): Promise<void> {
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false, maxWaitTimeInMs: 250 });
  const left = new Map(open.map((each) => [`${each.name} ${each.partition}`, each]));
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [...new Set(open.map(({ name }) => name))], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
      consumer
        .run({
          autoCommit: false,
          eachBatch: async ({ batch }) => {
            const key = `${batch.topic} ${batch.partition}`;
            const wanted = left.get(key);
            if (wanted === undefined) return;
            for (const message of batch.messages) {
              if (BigInt(message.offset) < BigInt(wanted.from) || BigInt(message.offset) >= BigInt(wanted.high))
                continue;
              const arrival = readMessage({ ...message, topic: wanted.topic, partition: batch.partition });
              if (arrival?.kind === 'event') onEvent(arrival.event);
            }
            if (BigInt(batch.lastOffset()) + 1n >= BigInt(wanted.high)) left.delete(key);
            if (left.size === 0) resolve();
          },
        })
        .catch(reject);
      for (const { name, partition, from } of open) consumer.seek({ topic: name, partition, offset: from });
    });
  } finally {
    await consumer.disconnect();
    const admin = kafka.admin();
    await admin.connect();
    await admin.deleteGroups([groupId]).catch(() => undefined); // it expires by itself
    await admin.disconnect();
  }
}
