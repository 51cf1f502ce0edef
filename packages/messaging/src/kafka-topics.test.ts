import type { Admin } from 'kafkajs';
import { expect, it, vi } from 'vitest';
import { makeTopics } from './kafka-topics.ts';

const partitionsLedBy = (...leaders: number[]) =>
  leaders.map((leader, partitionId) => ({ partitionErrorCode: 0, partitionId, leader, replicas: [1], isr: [1] }));
const unknown = Object.assign(new Error('This server does not host this topic-partition'), { retriable: true });

/** An admin whose broker tells this, one after the other and the last for good, of the topics that it was asked to make. */
function adminTelling(...answers: (Error | ReturnType<typeof partitionsLedBy>)[]) {
  const createTopics = vi.fn<Admin['createTopics']>(async () => true);
  const fetchTopicMetadata = vi.fn<NonNullable<Admin['fetchTopicMetadata']>>(async (options) => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Error) throw answer;
    return { topics: (options?.topics ?? []).map((name) => ({ name, partitions: answer ?? [] })) };
  });
  return { createTopics, fetchTopicMetadata };
}

it('topics are there for whoever uses them next, also where the broker does not know yet what the controller has made', async () => {
  const admin = adminTelling(unknown, partitionsLedBy(), partitionsLedBy(1, -1), partitionsLedBy(1, 1));
  await makeTopics(admin, [{ topic: 'facts', numPartitions: 2 }]);
  expect(admin.createTopics).toHaveBeenCalledExactlyOnceWith({
    waitForLeaders: false,
    topics: [{ topic: 'facts', numPartitions: 2 }],
  });
  expect(admin.fetchTopicMetadata).toHaveBeenCalledTimes(4);
});

it('topics that get no leader are told', async () => {
  const made = makeTopics(adminTelling(unknown), [{ topic: 'facts' }], { withinMs: 0 });
  await expect(made).rejects.toThrow('facts: no leaders within 0 s');
});
