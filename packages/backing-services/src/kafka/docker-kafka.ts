import { resolve } from 'node:path';
import { awaitUntil } from '../await-until.ts';
import { lastingPort } from '../lasting-port.ts';
import { brokerAnswers } from './broker-answers.ts';
import { clusterId, kafkaVersion, sharedBrokerSettings, toImageEnvironment } from './broker-settings.ts';
import type { KafkaBroker, KafkaOptions } from './start-kafka.ts';

const BOOT_DEADLINE_MS = 240_000;
const DATA_FOLDER = '/var/lib/kafka/data';

/**
 * Kafka as a container, which testcontainers removes when this process ends, however it ends. Its data is in a volume
 * named after the cluster id in `dataDir`, so that deleting `dataDir` begins anew here, too.
 */
export async function startDockerKafka(
  options: Required<Omit<KafkaOptions, 'advertisedPort' | 'isMeasured'>>,
): Promise<KafkaBroker> {
  const { progress, persistent } = options;
  const { GenericContainer, getContainerRuntimeClient } = await import('testcontainers');
  const { info } = await getContainerRuntimeClient();
  const image = `apache/kafka:${kafkaVersion()}`;
  const cluster = clusterId(resolve(options.dataDir));
  const name = `rohnamo-kafka-${cluster}`;
  // A broker tells its clients its own address, so the port must be known before it starts.
  const port = options.port || (await lastingPort());
  const address = `${info.containerRuntime.host}:${port}`;

  progress(`starting ${image} (the first time, Docker fetches it)`);
  const container = await new GenericContainer(image)
    .withName(name) // a second container on the same volume is refused: it would corrupt it
    .withEnvironment({
      ...toImageEnvironment({
        ...sharedBrokerSettings(),
        listeners: 'PLAINTEXT://:9092,CONTROLLER://:9093',
        'advertised.listeners': `PLAINTEXT://${address}`,
        'controller.quorum.voters': '1@localhost:9093',
        'log.dirs': DATA_FOLDER,
      }),
      CLUSTER_ID: cluster,
      KAFKA_HEAP_OPTS: '-Xms128m -Xmx512m',
    })
    .withBindMounts(persistent ? [{ source: name, target: DATA_FOLDER }] : [])
    .withExposedPorts({ container: 9092, host: port })
    .start();
  await awaitUntil({
    what: 'Kafka to answer',
    deadlineMs: BOOT_DEADLINE_MS,
    attempt: () => brokerAnswers(address),
  });
  return { brokers: [address], origin: 'docker', stop: async () => void (await container.stop({ timeout: 30_000 })) };
}
