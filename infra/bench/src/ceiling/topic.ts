import { until } from '@rohnamo/launch';
import kafkajs, { type Admin } from 'kafkajs';
import type { CeilingSettings } from './ceiling.ts';

/** As many as the product's topics have. */
export const partitionCount = 6;

/** A ceiling's way to Kafka, with its topic made. */
export async function openTopic({ brokers = [], topic = '' }: CeilingSettings) {
  const kafka = new kafkajs.Kafka({ clientId: 'ceiling', brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: partitionCount }] });
  // A broker may not know yet what the controller has made, and kafkajs, told to wait for leaders, does not ask it again.
  await until('the topic has leaders', () => hasLeaders(admin, topic), { withinMs: 30_000 });
  await admin.disconnect();
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  return { kafka, producer, topic };
}

async function hasLeaders(admin: Admin, topic: string): Promise<true | undefined> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] }).catch(() => ({ topics: [] }));
  const partitions = topics[0]?.partitions ?? [];
  return (partitions.length === partitionCount && partitions.every(({ leader }) => leader >= 0)) || undefined;
}

/** The partition of a key, by its last digit: the same for the same key, and cheaper to tell than by a hash of all of it. */
export const partitionOf = (id: string): number => Number.parseInt(id.slice(-2), 16) % partitionCount;
