import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Broker settings by name, as in server.properties. */
export type BrokerSettings = Readonly<Record<string, string>>;

/** The folder of the broker's pom, settings and logging, at the root of the repository. */
export const kafkaFolder = join(import.meta.dirname, '../../../../infra/kafka');

/** The settings every broker of ours has, natively and in Docker. */
export function sharedBrokerSettings(): BrokerSettings {
  return parseProperties(readFileSync(join(kafkaFolder, 'server.properties'), 'utf8'));
}

/** The one Kafka version, from the pom: for the jars and for the image. */
export function kafkaVersion(): string {
  const [, version] = /<kafka\.version>(.+?)</.exec(readFileSync(join(kafkaFolder, 'pom.xml'), 'utf8')) ?? [];
  if (version === undefined) throw new Error('infra/kafka/pom.xml names no kafka.version');
  return version;
}

/** Reads `name=value` lines; comments and blank lines are left out. No escapes, no continued lines. */
export function parseProperties(text: string): BrokerSettings {
  const lines = text.split('\n').filter((line) => /^[^#\s]/.test(line));
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', ...value] = line.split('=');
      return [name.trim(), value.join('=').trim()];
    }),
  );
}

export function formatProperties(settings: BrokerSettings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** The apache/kafka image reads settings from variables: `node.id` is KAFKA_NODE_ID (its docs, "Using environment variables"). */
export function toImageEnvironment(settings: BrokerSettings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`KAFKA_${name.replaceAll('.', '_').toUpperCase()}`, value]),
  );
}

/** The identity of the cluster in this data directory, drawn once: 16 random bytes, base64url, as Kafka wants it. */
export function clusterId(dataDir: string): string {
  const file = join(dataDir, 'cluster-id');
  mkdirSync(dataDir, { recursive: true });
  try {
    writeFileSync(file, newClusterId(), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // Node's own errors carry a code
  }
  return readFileSync(file, 'utf8');
}

/** Not beginning with a dash: StorageTool would take it for an option. */
function newClusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? newClusterId() : id;
}
