import { setTimeout as pause } from 'node:timers/promises';
import type { Admin, ITopicConfig } from 'kafkajs';

const pollIntervalMs = 50;

/**
 * Makes topics, and resolves when each of their partitions has a leader. Topics that are there already stay as they are.
 * A broker may not know yet what the controller has made, and kafkajs, told to wait for leaders, does not ask it again.
 * @throws where one has none in time.
 */
export async function makeTopics(
  admin: Pick<Admin, 'createTopics' | 'fetchTopicMetadata'>,
  topics: ITopicConfig[],
  { withinMs = 30_000 } = {},
): Promise<void> {
  await admin.createTopics({ waitForLeaders: false, topics });
  const names = topics.map(({ topic }) => topic);
  const deadline = performance.now() + withinMs;
  while (!(await haveLeaders(admin, names))) {
    if (performance.now() > deadline) throw new Error(`${names.join(', ')}: no leaders within ${withinMs / 1000} s`);
    await pause(pollIntervalMs);
  }
}

async function haveLeaders(admin: Pick<Admin, 'fetchTopicMetadata'>, names: string[]): Promise<boolean> {
  const { topics } = await admin.fetchTopicMetadata({ topics: names }).catch(() => ({ topics: [] }));
  const led = topics.filter(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0));
  return led.length === names.length;
}
