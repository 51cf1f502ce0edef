import { join } from 'node:path';
import type { Environment } from '../backing-service.ts';
import { runToEnd } from '../process/run-to-end.ts';
import type { Unavailable } from './start-kafka.ts';

const JAVA_VERSION_MIN = 17;
const REMEDY = `install Java ${JAVA_VERSION_MIN} or newer and Maven, or start Docker, or set ROHNAMO_KAFKA_BROKERS`;

/** The `java` of `JAVA_HOME`, else of `PATH`, if it is new enough for Kafka 4. */
export async function findJava(environment: Environment): Promise<{ java: string } | Unavailable> {
  const home = environment['JAVA_HOME'];
  const java = home ? join(home, 'bin', 'java') : 'java';
  const answer = await runToEnd({ command: java, args: ['-version'], environment }).catch(() => undefined);
  if (!answer) return { unavailable: `there is no ${java}: ${REMEDY}` };
  const version = javaMajorVersion(answer.output);
  if (version === undefined) return { unavailable: `${java} does not tell its version: ${REMEDY}` };
  if (version < JAVA_VERSION_MIN) return { unavailable: `Java is ${version}: ${REMEDY}` };
  return { java };
}

/** From what `java -version` prints: `openjdk version "17.0.15" …` is 17, `java version "1.8.0_392"` is 8. */
export function javaMajorVersion(output: string): number | undefined {
  const [, version] = /version "(?:1\.)?(\d+)/.exec(output) ?? [];
  return version === undefined ? undefined : Number(version);
}
