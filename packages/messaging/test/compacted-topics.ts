import { type TopicName, topics } from '@rohnamo/contracts';
import kafkajs from 'kafkajs';
import { makeTopics } from '../src/kafka-topics.ts';

const heldBackMs = 24 * 60 * 60 * 1000;

/**
 * Makes the topics that keep the newest of each key alone, before a transport does: of one partition. They keep everything until what
 * this answers is called; then they are compacted as soon as the broker looks, which it does every 15 s, where others wait for a
 * week. What was written last stays as it is, for nothing came behind it to close its segment.
 */
export async function compactableTopics({
  brokers,
  prefix,
}: {
  brokers: string[];
  prefix: string;
}): Promise<() => Promise<void>> {
  const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
  const names = (Object.keys(topics) as TopicName[]) // of an object of exactly those
    .filter((topic) => topics[topic].cleanup === 'compact')
    .map((topic) => `${prefix}.${topic}`);
  const entriesWith = (lagMs: number) =>
    Object.entries({
      'cleanup.policy': 'compact',
      'segment.ms': '1',
      'min.cleanable.dirty.ratio': '0',
      'delete.retention.ms': '0',
      'min.compaction.lag.ms': String(lagMs),
    }).map(([name, value]) => ({ name, value }));
  await admin.connect();
  await makeTopics(
    admin,
    names.map((topic) => ({ topic, numPartitions: 1, configEntries: entriesWith(heldBackMs) })),
  );
  return async () => {
    const configEntries = entriesWith(0); // all of them: what is not named would be as with other topics again
    const resources = names.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name, configEntries }));
    await admin.alterConfigs({ validateOnly: false, resources });
    await admin.disconnect();
  };
}
