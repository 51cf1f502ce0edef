import { join } from 'node:path';
import type { DatabaseUrls } from '@rohnamo/backing-services';
import { say } from '../say.ts';
import { workspaceRoot } from '../workspace-root.ts';
import type { Backing } from './backing.ts';
import { awaitReady, startServiceProcess } from './boot-services.ts';
import type { ServiceProcess } from './boot-services.ts';
import { createClient } from './identity-clients.ts';
import type { ClientPlan } from './identity-clients.ts';
import { saveSecrets } from './install-secrets.ts';
import type { ClientCredentials, InstallSecrets } from './install-secrets.ts';
import { forgetServices, noteServices } from './leftover-services.ts';
import type { PortPlan } from './plan-ports.ts';
import { callers, serviceEnvironment, serviceUrl, systemEnvironment } from './service-environment.ts';
import { serviceNames } from './service-names.ts';
import type { PerService, ServiceName } from './service-names.ts';
import type { StopList } from './stop-list.ts';

const READY_DEADLINE_MS = 60_000;

/** The organisation that the platform's own services belong to; no facility or person ever does. */
export const platformOrganisation = {
  organisationId: '00000000-0000-7000-8000-000000000001',
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

/** The services, up and ready, each as a process of its own. */
export interface ServiceStack {
  processes: readonly ServiceProcess[];
  /** The credentials of a client, made the first time they are asked for, kept for every later start. */
  clientOf(key: string, plan: ClientPlan): Promise<ClientCredentials>;
}

/** Starts identity first, since the others are its clients, then the others side by side. Resolves when all are ready. */
export async function startServices(plan: StackPlan): Promise<ServiceStack> {
  const { stateFolder, ports, secrets, stops, signal } = plan;
  const processes: ServiceProcess[] = [];
  stops.add('the services', async () => {
    await Promise.all(processes.map((service) => service.stop()));
    forgetServices(stateFolder);
  });
  const start = (name: ServiceName, client?: ClientCredentials) => {
    const service = startServiceProcess({
      name,
      args: [join(workspaceRoot, 'services', name, 'src', 'main.ts')],
      environment: environmentOf(plan, name, client),
      logFile: join(stateFolder, 'logs', `${name}.log`),
      cwd: workspaceRoot,
    });
    processes.push(service);
    noteServices(stateFolder, processes);
    return awaitReady(service, { url: serviceUrl(ports, name), deadlineMs: READY_DEADLINE_MS, signal });
  };

  const clientOf = async (key: string, client: ClientPlan) => {
    const known = secrets.clients[key];
    if (known) return known;
    const made = await createClient(client, { root: workspaceRoot, environment: environmentOf(plan, 'identity') });
    secrets.clients[key] = made;
    saveSecrets(stateFolder, secrets);
    return made;
  };

  say('starting the services …');
  await start('identity');
  const serviceClients = new Map<ServiceName, ClientCredentials>();
  for (const name of callers) {
    serviceClients.set(name, await clientOf(`service:${name}`, { role: 'service', ...platformOrganisation }));
  }
  const others = serviceNames.filter((name) => name !== 'identity');
  await Promise.all(others.map((name) => start(name, serviceClients.get(name))));
  say(`all services are ready: ${serviceNames.join(', ')}`);
  return { processes, clientOf };
}

function environmentOf(plan: StackPlan, name: ServiceName, client?: ClientCredentials): Record<string, string> {
  const { ports, databases, backing, secrets } = plan;
  const topicPrefix = backing.isBrokerForeign ? `rohnamo-${secrets.installId}` : 'rohnamo';
  return {
    ...systemEnvironment(process.env),
    ...serviceEnvironment(name, {
      ports,
      database: databases[name],
      brokers: backing.brokers,
      topicPrefix,
      secrets,
      client,
    }),
  };
}
