import { join } from 'node:path';
import type { ServerOptions } from '../backing-service.ts';
import { lastingPort } from '../lasting-port.ts';
import { clusterId } from './broker-settings.ts';
import type { ClientPorts, ClusterMember } from './cluster-member.ts';
import { startNativeKafka } from './native-kafka.ts';
import type { KafkaBroker, Unavailable } from './start-kafka.ts';

export interface KafkaClusterOptions extends Omit<ServerOptions, 'port'> {
  /** Where clients come to each broker, one each: as many brokers are started. */
  clientPorts: readonly ClientPorts[];
}

/**
 * Brings up a cluster of brokers as child processes, as {@link startKafka} brings up a lone one. Every topic has a copy on each;
 * a message is acknowledged when all but one have it, so of three any one may be lost. Resolves when each of them answers.
 */
export async function startKafkaCluster(options: KafkaClusterOptions): Promise<KafkaBroker[] | Unavailable> {
  const { clientPorts, dataDir, progress, environment = process.env } = options;
  const controllerPorts = await Promise.all(clientPorts.map(() => lastingPort()));
  const memberAt = async (index: number): Promise<ClusterMember> => ({
    id: index + 1,
    clusterId: clusterId(dataDir),
    controllerPorts,
    peerPort: await lastingPort(),
  });
  const started = await Promise.allSettled(
    clientPorts.map(async (ports, index) =>
      startNativeKafka({
        ...ports,
        dataDir: join(dataDir, `broker-${index + 1}`),
        member: await memberAt(index),
        progress,
        environment,
      }),
    ),
  );
  const outcomes = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const brokers = outcomes.filter((outcome) => 'brokers' in outcome);
  if (brokers.length === clientPorts.length) return brokers;
  await Promise.all(brokers.map((broker) => broker.stop()));
  const unavailable = outcomes.find((outcome) => 'unavailable' in outcome);
  if (unavailable) return unavailable;
  throw started.find((each) => each.status === 'rejected')?.reason;
}
