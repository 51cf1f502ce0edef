import type { Admin, Batch } from 'kafkajs';

/**
 * Sees how far topics reach now, and tells when all of that was taken: at once where they hold nothing.
 * @returns to be told of each batch that was taken
 */
export async function catchUp(
  admin: Pick<Admin, 'fetchTopicOffsets'>,
  topics: readonly string[],
  onCaughtUp: () => void,
): Promise<(batch: Pick<Batch, 'topic' | 'partition' | 'lastOffset'>) => void> {
  const keyOf = (topic: string, partition: number): string => `${topic} ${partition}`;
  const ends = new Map<string, bigint>();
  for (const topic of topics)
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
      if (BigInt(low) < BigInt(high)) ends.set(keyOf(topic, partition), BigInt(high));
  if (ends.size === 0) onCaughtUp();
  return (batch) => {
    const key = keyOf(batch.topic, batch.partition);
    const end = ends.get(key);
    if (end === undefined || BigInt(batch.lastOffset()) + 1n < end) return;
    ends.delete(key);
    if (ends.size === 0) onCaughtUp();
  };
}
