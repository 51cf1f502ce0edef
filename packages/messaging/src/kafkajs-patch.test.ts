import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';

type Produced = { topicData: { topic: string; partitions: { partition: number }[] }[] };
/** As much of kafkajs's inner producer as is looked at here: it is patched, and has no types of its own. */
type SendMessages = (parts: object) => (batch: object) => Promise<unknown[]>;
const sendMessages = createRequire(import.meta.url)('kafkajs/src/producer/sendMessages') as SendMessages;

const stale = Object.assign(new Error('there is no leader'), { type: 'NOT_LEADER_FOR_PARTITION', retriable: true });

/** A cluster whose second broker leads partition 1 until it is gone, and then the first leads both. */
function clusterLosingItsSecondBroker() {
  const sent = { first: [] as number[], second: [] as number[] };
  let isSecondThere = true;
  const partitionsIn = ({ topicData }: Produced) =>
    topicData.flatMap(({ partitions }) => partitions.map(({ partition }) => partition));
  const answerTo = (produced: Produced) => ({
    topics: [{ topicName: 'facts', partitions: partitionsIn(produced).map((partition) => ({ partition })) }],
  });
  const brokers = {
    1: {
      nodeId: 1,
      produce: async (produced: Produced) => (sent.first.push(...partitionsIn(produced)), answerTo(produced)),
    },
    2: {
      nodeId: 2,
      async produce() {
        isSecondThere = false;
        throw stale;
      },
    },
  };
  const leaderOf = (partition: number) => (partition === 1 && isSecondThere ? 2 : 1);
  return {
    sent,
    cluster: {
      addMultipleTargetTopics: async () => undefined,
      refreshMetadataIfNecessary: async () => undefined,
      refreshMetadata: async () => undefined,
      isConnected: () => true,
      findTopicPartitionMetadata: () => [0, 1].map((partitionId) => ({ partitionId, leader: leaderOf(partitionId) })),
      findLeaderForPartitions: (_topic: string, partitions: string[]) =>
        Object.groupBy(partitions.map(Number), leaderOf),
      findBroker: async ({ nodeId }: { nodeId: string }) => brokers[Number(nodeId) as 1 | 2],
    },
  };
}

describe('a batch of which one broker has taken its part', () => {
  it('is not taken for sent while another part was not, also where the same broker leads that now', async () => {
    const { cluster, sent } = clusterLosingItsSecondBroker();
    const send = sendMessages({
      cluster,
      logger: { debug: () => undefined, error: () => undefined },
      partitioner: ({ message }: { message: { partition: number } }) => message.partition,
      eosManager: {
        acquireBrokerLock: async () => undefined,
        releaseBrokerLock: async () => undefined,
        isTransactional: () => false,
        getSequence: () => 0,
        updateSequence: () => undefined,
        getProducerId: () => 1,
        getProducerEpoch: () => 0,
      },
      retrier: async (attempt: (bail: (error: unknown) => void) => Promise<unknown>) => {
        const bail = (error: unknown) => {
          throw error;
        };
        return attempt(bail).catch(() => attempt(bail));
      },
    });
    const messages = [0, 1].map((partition) => ({ partition, value: null }));
    await send({ acks: -1, topicMessages: [{ topic: 'facts', messages }] });
    expect(new Set(sent.first)).toEqual(new Set([0, 1]));
  });
});
