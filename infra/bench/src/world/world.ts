import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type DatabaseUrls, lastingPort, provisionDatabase } from '@rohnamo/backing-services';
import {
  awaitReady,
  callers,
  type ClientCredentials,
  type ClientPlan,
  completeSecrets,
  createClient,
  migrateDatabase,
  platformOrganisation,
  perService,
  serviceEnvironment,
  type ServiceName,
  serviceNames,
  type ServiceProcess,
  serviceUrl,
  startServiceProcess,
  type StopList,
  systemEnvironment,
  workspaceRoot,
} from '@rohnamo/launch';
import type { Servers } from './servers.ts';

const readyDeadlineMs = 60_000;
/** The most that the configuration takes: no caller meets it here. */
const noRateLimit = { RATE_LIMIT_PER_MINUTE: '10000000' };

export interface RunningService {
  name: ServiceName;
  url: string;
  process: ServiceProcess;
}

export interface ServiceStart {
  database: DatabaseUrls;
  topicPrefix: string;
  /** Where it leaves a CPU profile when it stops. */
  profileFolder?: string | undefined;
  /** Whether its events stay in its journal. */
  isWithoutKafka?: boolean;
}

/** What every path stands on: the servers, and an identity service that gives real tokens. */
export interface World {
  servers: Servers;
  identity: RunningService;
  provision(service: ServiceName): Promise<DatabaseUrls>;
  /** Brings a database up to date. */
  migrate(service: ServiceName, start: Pick<ServiceStart, 'database'>): Promise<void>;
  /** Starts a service as `npm start` would, and waits until it is ready. */
  start(service: ServiceName, start: ServiceStart): Promise<RunningService>;
  /** Made the first time that it is asked for. */
  clientOf(plan: ClientPlan): Promise<ClientCredentials>;
  /** A token of five minutes. */
  tokenOf(client: ClientCredentials): Promise<string>;
}

export async function createWorld({ servers, stops }: { servers: Servers; stops: StopList }): Promise<World> {
  const secrets = completeSecrets({});
  const servicePorts = await Promise.all(serviceNames.map(() => lastingPort()));
  const ports = {
    services: perService((name) => servicePorts[serviceNames.indexOf(name)]!),
    demoFacility: 0,
    postgres: 0,
    kafka: 0,
  };
  const { signal } = new AbortController();
  const clients: Partial<Record<ServiceName, ClientCredentials>> = {};

  const environmentOf = (name: ServiceName, { database, topicPrefix, isWithoutKafka = false }: ServiceStart) => ({
    ...systemEnvironment(process.env),
    LOG_LEVEL: 'info',
    ...serviceEnvironment(name, {
      ports,
      database,
      brokers: isWithoutKafka ? undefined : servers.brokers,
      topicPrefix,
      secrets,
      client: clients[name],
    }),
    ...noRateLimit,
  });
  const run = (name: ServiceName, start: ServiceStart, args: readonly string[]) =>
    startServiceProcess({
      name,
      args,
      environment: environmentOf(name, start),
      logFile: join(servers.folder, 'logs', `${name}.log`),
      cwd: workspaceRoot,
    });
  const mainOf = (name: ServiceName) => join(workspaceRoot, 'services', name, 'src', 'main.ts');

  const provision: World['provision'] = (service) =>
    provisionDatabase(servers.superuserUrl, { service, passwords: secrets.databasePasswords[service] });
  const start: World['start'] = async (name, plan) => {
    const profile = plan.profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${plan.profileFolder}`];
    const service = run(name, plan, [...profile, mainOf(name)]);
    const url = serviceUrl(ports, name);
    try {
      await awaitReady(service, { url, deadlineMs: readyDeadlineMs, signal });
    } catch (error) {
      await service.stop();
      throw error;
    }
    return { name, url, process: service };
  };

  const identityStart = { database: await provision('identity'), topicPrefix: newTopicPrefix() };
  await migrateDatabase('identity', identityStart.database);
  const identity = await start('identity', identityStart);
  stops.add('identity', () => identity.process.stop());
  const made = new Map<string, Promise<ClientCredentials>>();
  const clientOf: World['clientOf'] = (plan) => {
    const key = JSON.stringify(plan);
    const client =
      made.get(key) ??
      createClient(
        { ...plan, unchecked: true },
        { root: workspaceRoot, environment: environmentOf('identity', identityStart) },
      );
    made.set(key, client);
    return client;
  };
  for (const name of callers) clients[name] = await clientOf({ role: 'service', ...platformOrganisation });

  return {
    servers,
    identity,
    provision,
    migrate: (name, { database }) => migrateDatabase(name, database),
    start,
    clientOf,
    async tokenOf({ clientId, clientSecret }) {
      const response = await fetch(`${identity.url}/token`, {
        method: 'POST',
        headers: { authorization: basic({ clientId, clientSecret }) },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      });
      if (!response.ok) throw new Error(`identity gave no token: ${response.status}`);
      const { access_token: token } = (await response.json()) as { access_token: string }; // as its contract says
      return token;
    },
  };
}

/** Topics of nobody else, on whatever broker it is. */
export const newTopicPrefix = (): string => `bench-${randomBytes(4).toString('hex')}`;

/** HTTP Basic, as a client of the token endpoint sends it (RFC 6749 §2.3.1). */
export const basic = ({ clientId, clientSecret }: ClientCredentials): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64')}`;
