import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Environment } from '../backing-service.ts';
import { lastingPort } from '../lasting-port.ts';
import { runToEnd } from '../process/run-to-end.ts';
import type { Command } from '../process/run-to-end.ts';
import { awaitServer, startServer, stopOrphan } from '../process/server-process.ts';
import type { Server } from '../process/server-process.ts';
import { brokerAnswers } from './broker-answers.ts';
import { brokerJars } from './broker-jars.ts';
import { clusterId, formatProperties, kafkaFolder, sharedBrokerSettings } from './broker-settings.ts';
import { type ClientPorts, type ClusterMember, memberSettings } from './cluster-member.ts';
import { findJava } from './java.ts';
import type { KafkaBroker, KafkaOptions, Unavailable } from './start-kafka.ts';

const BOOT_DEADLINE_MS = 240_000;

/** Kafka as a child process, one KRaft node: alone, or a member of a cluster. First stops one left behind by an earlier run in the same directory. */
export async function startNativeKafka(
  options: KafkaOptions & { environment: Environment; member?: ClusterMember },
): Promise<KafkaBroker | Unavailable> {
  const { environment, progress } = options;
  const found = await findJava(environment);
  if ('unavailable' in found) return found;
  const fetched = await brokerJars(environment, progress);
  if ('unavailable' in fetched) return fetched;

  const dataDir = resolve(options.dataDir);
  const server: Server = {
    name: 'Kafka',
    dataDir,
    logFile: join(dataDir, 'kafka.log'),
    stopSignal: 'SIGTERM',
    stopDeadlineMs: 30_000,
  };
  await stopOrphan(server, progress);
  const port = options.port || (await lastingPort());
  const { advertisedPort = port } = options;
  const member = options.member ?? (await loneMember(dataDir));
  const settingsFile = writeSettings(dataDir, { port, advertisedPort, member });
  const tool = (mainClass: string, ...args: readonly string[]): Command => ({
    command: found.java,
    args: [...javaOptions(server, { jars: fetched.jars, isMeasured: options.isMeasured }), mainClass, ...args],
    environment,
  });
  if (!existsSync(join(dataDir, 'data', 'meta.properties'))) {
    progress(`making Kafka's storage in ${dataDir}`);
    await format(tool('kafka.tools.StorageTool', 'format', '-t', member.clusterId, '-c', settingsFile));
  }

  const address = `127.0.0.1:${port}`;
  const boot = async () => {
    const child = startServer(server, tool('kafka.Kafka', settingsFile), join(dataDir, 'kafka.out'));
    await awaitServer(server, child, { deadlineMs: BOOT_DEADLINE_MS, answers: () => brokerAnswers(address) });
    return child;
  };
  let child = await boot();
  return {
    brokers: [`127.0.0.1:${advertisedPort}`],
    origin: 'native',
    stop: () => child.stop(),
    kill: () => child.kill(),
    restart: async () => {
      await child.stop();
      child = await boot();
    },
  };
}

/** Half the CPU time of a start goes into compiling what then runs for seconds: not so where the broker is not measured. */
const quickStart = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

function javaOptions(
  { logFile }: Server,
  { jars, isMeasured = false }: { jars: string; isMeasured: boolean | undefined },
): string[] {
  return [
    ...(isMeasured ? [] : quickStart),
    '-Xms128m',
    '-Xmx512m',
    '-XX:+ExitOnOutOfMemoryError',
    '-Djava.awt.headless=true',
    `-Dlog4j2.configurationFile=${join(kafkaFolder, 'log4j2.xml')}`,
    `-Dkafka.logs.file=${logFile}`,
    '-cp',
    join(jars, '*'),
  ];
}

const loneMember = async (dataDir: string): Promise<ClusterMember> => ({
  id: 1,
  clusterId: clusterId(dataDir),
  controllerPorts: [await lastingPort()],
  peerPort: await lastingPort(),
});

/** The shared settings and what depends on this start. A lone node's ports may differ from one start to the next. */
function writeSettings(dataDir: string, { member, ...ports }: ClientPorts & { member: ClusterMember }): string {
  const file = join(dataDir, 'server.properties');
  const settings = {
    ...sharedBrokerSettings(),
    ...memberSettings(member, ports),
    'log.dirs': join(dataDir, 'data'),
  };
  writeFileSync(file, formatProperties(settings));
  return file;
}

/** Formatting again what an earlier run left half formatted is allowed. */
async function format({ args, ...command }: Command): Promise<void> {
  const { code, output } = await runToEnd({ ...command, args: [...args, '--ignore-formatted'] });
  if (code !== 0) throw new Error(`Kafka's storage could not be made:\n${output}`);
}
