import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment, Progress } from '../backing-service.ts';
import { runToEnd } from '../process/run-to-end.ts';
import { kafkaFolder, kafkaVersion } from './broker-settings.ts';
import type { Unavailable } from './start-kafka.ts';

const PROGRESS_INTERVAL_MS = 15_000;

/**
 * The folder of Kafka's jars for this content of the pom, fetched by Maven the first time (about 45 MB). A folder that
 * is there is whole: it is made aside and renamed, so several processes may ask at once.
 */
export async function brokerJars(
  environment: Environment,
  progress: Progress,
): Promise<{ jars: string } | Unavailable> {
  const pom = join(kafkaFolder, 'pom.xml');
  const target = join(kafkaFolder, 'target');
  const jars = join(target, `lib-${createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12)}`);
  if (existsSync(jars)) return { jars };

  mkdirSync(target, { recursive: true });
  const unfinished = mkdtempSync(join(target, 'unfinished-'));
  try {
    const failure = await fetchJars({ pom, folder: unfinished, environment, progress });
    if (failure) return failure;
    chmodSync(unfinished, 0o755); // mkdtemp's 0700 would close it to other users of this checkout
    publish(unfinished, jars);
    return { jars };
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

interface Fetch {
  pom: string;
  folder: string;
  environment: Environment;
  progress: Progress;
}

async function fetchJars({ pom, folder, environment, progress }: Fetch): Promise<Unavailable | undefined> {
  progress(`fetching Apache Kafka ${kafkaVersion()} by Maven: about 45 MB, once; it can take minutes`);
  const began = performance.now();
  const ticker = setInterval(() => {
    progress(`still fetching Apache Kafka (${Math.round((performance.now() - began) / 1000)} s)`);
  }, PROGRESS_INTERVAL_MS);
  try {
    const args = ['-B', '-q', '-ntp', '-f', pom, 'package', `-Dbroker.lib=${folder}`];
    const { code, output } = await runToEnd({ command: 'mvn', args, environment });
    if (code === 0) return undefined;
    return { unavailable: `Maven could not fetch Kafka's jars; check that it reaches Maven Central:\n${output}` };
  } catch {
    return { unavailable: 'there is no mvn: install Maven, or start Docker, or set ROHNAMO_KAFKA_BROKERS' };
  } finally {
    clearInterval(ticker);
  }
}

/** Another process may have been quicker: its folder holds the same. */
function publish(unfinished: string, jars: string): void {
  try {
    renameSync(unfinished, jars);
  } catch (error) {
    if (!existsSync(jars)) throw error;
  }
}
