import { makeTopics } from '@rohnamo/messaging/topics';
import kafkajs from 'kafkajs';
import type { CeilingSettings } from './ceiling.ts';

/** As many as the product's topics have. */
export const partitionCount = 6;

/** A ceiling's way to Kafka, with its topic made. */
export async function openTopic({ brokers = [], topic = '' }: CeilingSettings) {
  const kafka = new kafkajs.Kafka({ clientId: 'ceiling', brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await makeTopics(admin, [{ topic, numPartitions: partitionCount }]);
  await admin.disconnect();
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  return { kafka, producer, topic };
}

/** The partition of a key, by its last digit: the same for the same key, and cheaper to tell than by a hash of all of it. */
export const partitionOf = (id: string): number => Number.parseInt(id.slice(-2), 16) % partitionCount;
