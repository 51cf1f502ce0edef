import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type KafkaBroker,
  lastingPort,
  type PostgresServer,
  startKafkaCluster,
  startPostgres,
} from '@rohnamo/backing-services';
import { directory } from '@rohnamo/directory/service';
import { identity } from '@rohnamo/identity/service';
import {
  type ClientCredentials,
  type ClientPlan,
  completeSecrets,
  createClient,
  type PerService,
  serviceEnvironment,
  type ServiceName,
  serviceNames,
  systemEnvironment,
  workspaceRoot,
} from '@rohnamo/launch';
import { notifications } from '@rohnamo/notifications/service';
import { referral } from '@rohnamo/referral/service';
import { registry } from '@rohnamo/registry/service';
import { migrationsOf, type ServiceDefinition } from '@rohnamo/service-kit';
import { type TcpProxy, tcpProxy, type TestDatabase, testDatabase } from '@rohnamo/testkit';
import pg from 'pg';
import { createClock } from './clock.ts';
import { type Disk, diskAt } from './disk.ts';
import { journalOf, type JournalAccess } from './journal-access.ts';
import { replayParked } from './replay-parked.ts';
import { createReplica, type Replica } from './replica.ts';

const definitions: PerService<ServiceDefinition> = { registry, directory, referral, notifications, identity };
const platform = { organisationId: '00000000-0000-7000-8000-000000000001', organisationKind: 'health-authority' };

/** A server that can be killed and started again. */
type Breakable = Required<Pick<KafkaBroker, 'kill' | 'restart' | 'stop'>>;

/** A broker, alone or of a cluster. */
export interface Broker extends Breakable {
  name: string;
  /** Between every process and this broker. */
  link: TcpProxy;
}

/** The platform as real processes, with as many of each as is asked for. */
export interface Installation {
  issuer: string;
  /** `broker-1` first. */
  brokers: readonly Broker[];
  /** Undefined where it is the Postgres of the tests, which others use, too. */
  postgres: Breakable | undefined;
  /** What Postgres and the brokers keep their data on; undefined where it is not to be filled. */
  disk: Disk | undefined;
  /** Whether processes have clocks that can be set. */
  hasClocks: boolean;
  /** The processes of a service, `<service>-1` first. */
  replicasOf(service: ServiceName): readonly Replica[];
  /** Makes a client, and answers its credentials. */
  clientOf(plan: ClientPlan): Promise<ClientCredentials>;
  journalOf(service: ServiceName): JournalAccess;
  /** Runs a statement in a service's database, as one who may everything. */
  asSuperuser(service: ServiceName, statement: string): Promise<void>;
  /** What an operator does when the reason is gone for which events were parked. */
  replayParked(): Promise<void>;
  /** Sees to it that one process holds every lease of its service: the others are stopped, and started again behind it. */
  letLead(leader: Replica): Promise<void>;
  stop(): Promise<void>;
}

export interface InstallationPlan {
  /** How many processes of a service run; 1 where nothing is said. */
  replicas?: Partial<Record<ServiceName, number>>;
  /** Variables that differ from what a service has by default. */
  environment?: Partial<Record<ServiceName, Record<string, string>>>;
  /** How many brokers keep a copy of everything; 1 where nothing is said. */
  brokerCount?: number;
  /** A Postgres that only this installation uses, so that it can be killed. */
  ownPostgres?: boolean;
  /** A folder on a disk of its own, for the data of Postgres and the brokers, so that it can be filled. */
  diskFolder?: string;
  /** libfaketime: every process gets a clock of its own. */
  clockLibrary?: string;
  /** A checkout of another version, installed: the second process of each service runs from it. */
  otherVersion?: string;
}

/**
 * Starts an installation: databases on the Postgres of the tests or on one of its own, brokers of its own, and every service.
 * The first process of each holds all its leases, for it starts before the others.
 */
export async function startInstallation(plan: InstallationPlan): Promise<Installation> {
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).toReversed()) await each();
  };
  try {
    return { ...(await start(plan, stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  { replicas = {}, environment = {}, brokerCount = 1, ownPostgres = false, ...plan }: InstallationPlan,
  stops: (() => unknown)[],
): Promise<Omit<Installation, 'stop'>> {
  const disk = plan.diskFolder === undefined ? undefined : await diskAt(plan.diskFolder);
  const folder = await mkdtemp(join(plan.diskFolder ?? tmpdir(), 'rohnamo-faults-'));
  stops.push(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o711); // as root, Postgres runs as another user, who must reach its data
  const postgres = ownPostgres ? await startOwnPostgres(join(folder, 'postgres')) : undefined;
  if (postgres) stops.push(postgres.stop);
  const brokerPorts = await Promise.all(Array.from({ length: brokerCount }, () => lastingPort()));
  const brokerLinks = await Promise.all(brokerPorts.map((port) => tcpProxy({ host: '127.0.0.1', port })));
  stops.push(() => Promise.all(brokerLinks.map((link) => link.stop())));
  const [brokers, ...databases] = await Promise.all([
    startOwnBrokers(join(folder, 'kafka'), { ports: brokerPorts, links: brokerLinks }),
    ...serviceNames.map((name) => testDatabase(migrationsOf(definitions[name]), postgres)),
  ]);
  stops.push(
    () => Promise.all(databases.map((database) => database.drop())),
    () => Promise.all(brokers.map((broker) => broker.stop())),
  );
  const databaseOf = (service: ServiceName) => databases[serviceNames.indexOf(service)]!;

  const secrets = completeSecrets({});
  const ports = { services: await perServiceAsync(() => lastingPort()) };
  const clientOf = (plan: ClientPlan) =>
    createClient(
      { ...plan, unchecked: true },
      {
        root: workspaceRoot,
        environment: { ...systemEnvironment(process.env), DATABASE_URL: databaseOf('identity').appUrl },
      },
    );
  const serviceClient = await clientOf({ role: 'service', ...platform });

  const logFolder = await mkdtemp(join(tmpdir(), 'rohnamo-faults-logs-'));
  stops.push(() => rm(logFolder, { recursive: true, force: true }));
  const prepare = async (service: ServiceName, number: number): Promise<Replica> => {
    const { hostname: host, port } = new URL(databaseOf(service).appUrl);
    const databaseLink = await tcpProxy({ host, port: Number(port) });
    const ownPort = number === 1 ? ports.services[service] : await lastingPort();
    const clientLink = await tcpProxy({ host: '127.0.0.1', port: ownPort });
    stops.push(databaseLink.stop, clientLink.stop);
    return createReplica({
      name: `${service}-${number}`,
      service,
      port: ownPort,
      databaseLink,
      clientLink,
      logFolder,
      root: number === 2 && plan.otherVersion !== undefined ? plan.otherVersion : workspaceRoot,
      clock:
        plan.clockLibrary === undefined
          ? undefined
          : await createClock(plan.clockLibrary, { name: `${service}-${number}`, folder: logFolder }),
      environment: {
        ...serviceEnvironment(service, {
          ports,
          database: through(databaseLink, databaseOf(service)),
          brokers: brokerLinks.map(({ host, port }) => `${host}:${port}`),
          topicPrefix: 'faults',
          secrets,
          client: service === 'referral' ? serviceClient : undefined,
        }),
        // Where another version runs beside this one, one of the two is older than the schema.
        ...(plan.otherVersion === undefined ? {} : { ACCEPT_NEWER_SCHEMA: 'true', MIGRATE_AT_BOOT: 'false' }),
        RATE_LIMIT_PER_MINUTE: '1000000',
        ...environment[service],
      },
    });
  };
  const all = await perServiceAsync((service) =>
    Promise.all(Array.from({ length: replicas[service] ?? 1 }, (_, index) => prepare(service, index + 1))),
  );
  const every = Object.values(all).flat();
  stops.push(() => Promise.all(every.map((replica) => replica.stop())));
  const journals = new Map(
    serviceNames.map((name) => [
      name,
      journalOf(name, {
        database: databaseOf(name),
        signingKey: secrets.environment[name]['CHECKPOINT_SIGNING_KEY'] ?? '',
      }),
    ]),
  );
  stops.push(() => Promise.all([...journals.values()].map((journal) => journal.close())));
  const issuer = `http://127.0.0.1:${ports.services.identity}`;
  await all.identity[0]?.start();
  await Promise.all(every.filter(isFirst).map((replica) => replica.start()));
  await Promise.all(every.map((replica) => replica.start()));
  const operator = await clientOf({ role: 'operator', ...platform });

  return {
    issuer,
    brokers,
    postgres,
    disk,
    hasClocks: plan.clockLibrary !== undefined,
    replicasOf: (service) => all[service],
    clientOf,
    journalOf: (service) => journals.get(service)!,
    async asSuperuser(service, statement) {
      const client = new pg.Client(databaseOf(service).superuserUrl);
      await client.connect();
      await client.query(statement).finally(() => client.end());
    },
    replayParked: () =>
      replayParked({ issuer, operator, urlsOf: (service) => all[service].map((replica) => replica.url) }),
    async letLead(leader) {
      const others = all[leader.service].filter((replica) => replica !== leader);
      await Promise.all(others.map((replica) => replica.stop()));
      await journals.get(leader.service)!.leasesRenewed();
      await Promise.all(others.map((replica) => replica.start()));
    },
  };
}

const nativeServers = {
  ...process.env,
  ROHNAMO_DOCKER: 'off',
  ROHNAMO_KAFKA_BROKERS: undefined,
  ROHNAMO_POSTGRES_URL: undefined,
};

async function startOwnBrokers(
  dataDir: string,
  { ports, links }: { ports: readonly number[]; links: readonly TcpProxy[] },
): Promise<Broker[]> {
  const started = await startKafkaCluster({
    dataDir,
    clientPorts: links.map(({ port: advertisedPort }, index) => ({ port: ports[index]!, advertisedPort })),
    progress: () => undefined,
    environment: nativeServers,
  });
  if ('unavailable' in started) throw new Error(started.unavailable);
  return started.map((broker, index) => ({
    ...breakable(broker),
    name: `broker-${index + 1}`,
    link: links[index]!,
  }));
}

async function startOwnPostgres(dataDir: string) {
  const port = await lastingPort();
  const server = await startPostgres({ dataDir, port, progress: () => undefined, environment: nativeServers });
  return { ...breakable(server), superuserUrl: server.superuserUrl };
}

function breakable({ kill, restart, stop }: KafkaBroker | PostgresServer): Breakable {
  if (!kill || !restart) throw new Error('only a native server can be killed');
  return { kill, restart, stop };
}

const isFirst = ({ name, service }: Replica): boolean => name === `${service}-1`;

const perServiceAsync = async <Value>(make: (name: ServiceName) => Promise<Value>): Promise<PerService<Value>> => {
  const made = await Promise.all(serviceNames.map(async (name) => [name, await make(name)] as const));
  return Object.fromEntries(made) as Record<ServiceName, Value>; // every name is there
};

/** The addresses of a database, by way of a link. */
function through({ host, port }: { host: string; port: number }, database: TestDatabase) {
  const by = (url: string) => Object.assign(new URL(url), { hostname: host, port: String(port) }).href;
  return { ownerUrl: by(database.ownerUrl), appUrl: by(database.appUrl), sealerUrl: by(database.sealerUrl) };
}
