import { join } from 'node:path';
import { dropDatabase, startKafka, startPostgres } from '@rohnamo/backing-services';
import { say } from '../say.ts';
import type { PortPlan } from './plan-ports.ts';
import { serviceNames } from './service-names.ts';
import type { TransportName } from './start-flags.ts';
import type { StopList } from './stop-list.ts';

/** The servers under the services. */
export interface Backing {
  superuserUrl: string;
  /** Undefined: events travel in one process. */
  brokers: readonly string[] | undefined;
  /** A broker that is not ours keeps topics that our `--fresh` does not delete. */
  isBrokerForeign: boolean;
}

export interface BackingPlan {
  stateFolder: string;
  ports: PortPlan;
  /** Undefined: Kafka where it can be had. */
  transport: TransportName | undefined;
  /** Whether databases that are there are dropped first. */
  isFresh: boolean;
  stops: StopList;
}

/** Starts Postgres, and Kafka where it is asked for or can be had. Throws where Kafka is asked for and cannot be had. */
export async function startBacking(plan: BackingPlan): Promise<Backing> {
  const [postgres, kafka] = await Promise.allSettled([postgresOf(plan), brokerOf(plan)]);
  if (postgres.status === 'rejected') throw postgres.reason;
  if (kafka.status === 'rejected') throw kafka.reason;
  return { superuserUrl: postgres.value, ...kafka.value };
}

async function postgresOf({ stateFolder, ports, isFresh, stops }: BackingPlan): Promise<string> {
  const dataDir = join(stateFolder, 'postgres');
  const postgres = await startPostgres({ dataDir, port: ports.postgres, progress: say });
  stops.add('Postgres', postgres.stop);
  say(`Postgres is up: ${originWords[postgres.origin]}`);
  // A server of somebody else's, or a container's volume, does not vanish with our folder.
  if (isFresh && postgres.origin !== 'native') {
    for (const name of serviceNames) await dropDatabase(postgres.superuserUrl, `rohnamo_${name}`);
  }
  return postgres.superuserUrl;
}

async function brokerOf({ stateFolder, ports, transport, stops }: BackingPlan): Promise<Omit<Backing, 'superuserUrl'>> {
  const without = { brokers: undefined, isBrokerForeign: false };
  if (transport === 'in-process') {
    say('events travel in one process, as asked for');
    return without;
  }
  const kafka = await startKafka({ dataDir: join(stateFolder, 'kafka'), port: ports.kafka, progress: say });
  if ('unavailable' in kafka) {
    if (transport === 'kafka') throw new Error(`Kafka cannot be had: ${kafka.unavailable}`);
    say(`no Kafka, so events travel in one process: ${kafka.unavailable}`);
    return without;
  }
  stops.add('Kafka', kafka.stop);
  say(`Kafka is up: ${originWords[kafka.origin]}`);
  return { brokers: kafka.brokers, isBrokerForeign: kafka.origin === 'environment' };
}

const originWords = {
  environment: 'somebody else’s, at the address in the environment',
  docker: 'a container',
  native: 'a process of ours',
} as const;
