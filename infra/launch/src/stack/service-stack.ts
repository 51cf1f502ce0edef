import { join } from 'node:path';
import type { DatabaseUrls } from '@rohnamo/backing-services';
import { platformOrganisationId } from '@rohnamo/contracts';
import { say } from '../say.ts';
import { joinEnvironments } from '../single-process/environments.ts';
import { workspaceRoot } from '../workspace-root.ts';
import type { Backing } from './backing.ts';
import { awaitReady, startServiceProcess } from './boot-services.ts';
import type { ProcessPlan, ServiceProcess } from './boot-services.ts';
import { createClient } from './identity-clients.ts';
import type { ClientPlan, IdentityPlace } from './identity-clients.ts';
import { saveSecrets } from './install-secrets.ts';
import type { ClientCredentials, InstallSecrets } from './install-secrets.ts';
import { forgetServices, noteServices } from './leftover-services.ts';
import type { PortPlan } from './plan-ports.ts';
import { callers, serviceEnvironment, serviceUrl, systemEnvironment } from './service-environment.ts';
import { perService, serviceNames } from './service-names.ts';
import type { PerService, ServiceName } from './service-names.ts';
import type { StopList } from './stop-list.ts';

const READY_DEADLINE_MS = 180_000;

/** The organisation that the platform's own services belong to; no facility or person ever does. */
export const platformOrganisation = {
  organisationId: platformOrganisationId,
  organisationKind: 'health-authority',
} as const;

export interface StackPlan {
  stateFolder: string;
  ports: PortPlan;
  backing: Backing;
  databases: PerService<DatabaseUrls>;
  secrets: InstallSecrets;
  stops: StopList;
  signal: AbortSignal;
}

/** The services, up and ready. */
export interface ServiceStack {
  /** Each service's own process, or the one in which they all are. */
  processes: readonly ServiceProcess[];
  /** The credentials of a client, made the first time they are asked for, kept for every later start. */
  clientOf(key: string, plan: ClientPlan): Promise<ClientCredentials>;
}

interface Boot {
  clientOf: ServiceStack['clientOf'];
  /** Starts a process; resolves when each of the services in it is ready. */
  start(
    process: Pick<ProcessPlan, 'name' | 'environment'> & { main: string; serves: readonly ServiceName[] },
  ): Promise<void>;
}

/** Starts the services: each as a process of its own where there is a broker, else all in one. Resolves when all are ready. */
export async function startServices(plan: StackPlan): Promise<ServiceStack> {
  const { stateFolder, ports, secrets, stops, signal } = plan;
  const processes: ServiceProcess[] = [];
  stops.add('the services', async () => {
    await Promise.all(processes.map((service) => service.stop()));
    forgetServices(stateFolder);
  });
  const start: Boot['start'] = async ({ name, environment, main, serves }) => {
    const service = startServiceProcess({
      name,
      args: [join(workspaceRoot, main)],
      environment: { ...systemEnvironment(process.env), ...environment },
      logFile: join(stateFolder, 'logs', `${name}.log`),
      cwd: workspaceRoot,
    });
    processes.push(service);
    noteServices(stateFolder, processes);
    const urls = serves.map((served) => serviceUrl(ports, served));
    await Promise.all(urls.map((url) => awaitReady(service, { url, deadlineMs: READY_DEADLINE_MS, signal })));
  };

  const clientOf = async (key: string, client: ClientPlan) => {
    const known = secrets.clients[key];
    if (known) return known;
    const made = await createClient(client, identityPlace(plan));
    secrets.clients[key] = made;
    saveSecrets(stateFolder, secrets);
    return made;
  };

  say('starting the services …');
  await (plan.backing.brokers === undefined ? startTogether : startEach)(plan, { start, clientOf });
  say(`all services are ready: ${serviceNames.join(', ')}`);
  return { processes, clientOf };
}

/** Identity first, since the others are its clients, then the others side by side. */
async function startEach(plan: StackPlan, { start, clientOf }: Boot): Promise<void> {
  const startOne = (name: ServiceName, clients: ServiceClients = {}) =>
    start({
      name,
      main: `services/${name}/src/main.ts`,
      environment: environmentOf(plan, name, clients),
      serves: [name],
    });
  await startOne('identity');
  const clients = await serviceClients(clientOf);
  await Promise.all(serviceNames.filter((name) => name !== 'identity').map((name) => startOne(name, clients)));
}

/** Before all of them run in one process, identity has to have made the clients that they are. */
async function startTogether(plan: StackPlan, { start, clientOf }: Boot): Promise<void> {
  const clients = await serviceClients(clientOf);
  await start({
    name: 'services',
    main: 'infra/launch/src/single-process/main.ts',
    environment: joinEnvironments(perService((name) => environmentOf(plan, name, clients))),
    serves: serviceNames,
  });
}

/** A broker of somebody else's may carry another installation's topics, too. */
export const topicPrefixOf = ({ installId }: Pick<InstallSecrets, 'installId'>, isBrokerForeign: boolean): string =>
  isBrokerForeign ? `rohnamo-${installId}` : 'rohnamo';

type ServiceClients = Partial<PerService<ClientCredentials>>;

const serviceClientKey = (name: ServiceName): string => `service:${name}`;

async function serviceClients(clientOf: ServiceStack['clientOf']): Promise<ServiceClients> {
  const clients: Partial<Record<ServiceName, ClientCredentials>> = {};
  for (const name of callers)
    clients[name] = await clientOf(serviceClientKey(name), { role: 'service', ...platformOrganisation });
  return clients;
}

const identityPlace = (plan: StackPlan): IdentityPlace => ({
  root: workspaceRoot,
  environment: { ...systemEnvironment(process.env), ...environmentOf(plan, 'identity') },
});

function environmentOf(plan: StackPlan, name: ServiceName, clients: ServiceClients = {}): Record<string, string> {
  const { ports, databases, backing, secrets } = plan;
  return serviceEnvironment(name, {
    ports,
    database: databases[name],
    brokers: backing.brokers,
    topicPrefix: topicPrefixOf(secrets, backing.isBrokerForeign),
    secrets,
    client: clients[name],
  });
}
