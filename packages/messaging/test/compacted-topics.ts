import { type TopicName, topics } from '@rohnamo/contracts';
import kafkajs from 'kafkajs';

/**
 * Makes the topics that keep the newest of each key alone, before a transport does: of one partition, and compacted as soon as the
 * broker looks, which it does every 15 s, where others wait for a week. What was written last stays as it is, for nothing came
 * behind it to close its segment.
 */
export async function quicklyCompacted({ brokers, prefix }: { brokers: string[]; prefix: string }): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
  const compacted = (Object.keys(topics) as TopicName[]).filter((topic) => topics[topic].cleanup === 'compact');
  const configEntries = Object.entries({
    'cleanup.policy': 'compact',
    'segment.ms': '1',
    'min.cleanable.dirty.ratio': '0',
    'delete.retention.ms': '0',
  }).map(([name, value]) => ({ name, value }));
  await admin.connect();
  await admin.createTopics({
    waitForLeaders: true,
    topics: compacted.map((topic) => ({ topic: `${prefix}.${topic}`, numPartitions: 1, configEntries })),
  });
  await admin.disconnect();
}
