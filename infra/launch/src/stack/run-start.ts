import { readableDuration, say } from '../say.ts';
import { startBacking } from './backing.ts';
import { logTail } from './boot-services.ts';
import { ensureSecrets } from './install-secrets.ts';
import { takeInstanceLock } from './instance-lock.ts';
import { stopLeftoverServices } from './leftover-services.ts';
import { migrateDatabases } from './migrate-databases.ts';
import { planPorts } from './plan-ports.ts';
import { provisionDatabases } from './provision.ts';
import { linkLines } from './report.ts';
import { serviceUrl } from './service-environment.ts';
import { perService } from './service-names.ts';
import { startServices, topicPrefixOf } from './service-stack.ts';
import type { ServiceStack } from './service-stack.ts';
import { removeStackFile, writeStackFile } from './stack-file.ts';
import type { DemoClient, DemoRole, StackFile } from './stack-file.ts';
import type { StartFlags } from './start-flags.ts';
import { emptyStateFolder, readableFolder, stateFolderOf } from './state-folder.ts';
import { createStopList } from './stop-list.ts';
import type { StopList } from './stop-list.ts';

/** A running stack, as what comes after the boot sees it. */
export interface RunningStack {
  stack: Omit<StackFile, 'clients'>;
  clientOf: ServiceStack['clientOf'];
  demoFacilityPort: number;
  stateFolder: string;
  signal: AbortSignal;
}

export interface StartParts {
  /** Puts the sample data there, and makes the demo clients; does nothing twice. */
  loadSamples: (stack: RunningStack) => Promise<Record<DemoRole, DemoClient>>;
  /** Takes one person from a CSV row to a closed referral; false when a step did not hold. It prints its steps. */
  walk: (stack: RunningStack, clients: Record<DemoRole, DemoClient>) => Promise<boolean>;
}

const INTERRUPTED_CODE = 130;

/** `npm start`, from taking the state folder to giving it back. Answers the exit code. */
export async function runStart(flags: StartFlags, parts: StartParts, signal: AbortSignal): Promise<number> {
  const stops = createStopList();
  try {
    return await start(flags, parts, { stops, signal });
  } catch (error) {
    if (signal.aborted) return INTERRUPTED_CODE;
    say(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    for (const failure of await stops.stopAll()) say(`could not be stopped: ${failure}`);
  }
}

interface Run {
  stops: StopList;
  signal: AbortSignal;
}

async function start(flags: StartFlags, { loadSamples, walk }: StartParts, { stops, signal }: Run): Promise<number> {
  const began = performance.now();
  const stateFolder = stateFolderOf(process.env);
  stops.add('the lock', takeInstanceLock(stateFolder));
  removeStackFile(stateFolder);
  const leftover = await stopLeftoverServices(stateFolder);
  if (leftover.length > 0) say(`stopped what an earlier start has left: ${leftover.join(', ')}`);
  if (flags.fresh) emptyStateFolder(stateFolder);

  const ports = planPorts(flags.portBase);
  const backing = await startBacking({
    stateFolder,
    ports,
    transport: flags.transport,
    isFresh: flags.fresh,
    stops,
  });
  signal.throwIfAborted();
  const secrets = ensureSecrets(stateFolder);
  const databases = await provisionDatabases(backing.superuserUrl, secrets.databasePasswords);
  await migrateDatabases(databases);
  signal.throwIfAborted();

  const services = await startServices({ stateFolder, ports, backing, databases, secrets, stops, signal });
  const running: RunningStack = {
    stack: {
      transport: backing.brokers === undefined ? 'in-process' : 'kafka',
      services: perService((name) => serviceUrl(ports, name)),
      issuer: serviceUrl(ports, 'identity'),
      databases: perService((name) => databases[name].appUrl),
      brokers: [...(backing.brokers ?? [])],
      topicPrefix: topicPrefixOf(secrets, backing.isBrokerForeign),
    },
    clientOf: services.clientOf,
    demoFacilityPort: ports.demoFacility,
    stateFolder,
    signal,
  };
  const clients = await loadSamples(running);
  const stack = { ...running.stack, clients };
  stops.add('stack.json', writeStackFile(stateFolder, stack));
  say(`ready after ${readableDuration(performance.now() - began)}`);

  const isWalkOk = await walk(running, clients);
  signal.throwIfAborted();
  if (flags.once) return isWalkOk ? 0 : 1;
  console.log(`\n${linkLines(stack, readableFolder(stateFolder)).join('\n')}\n`);
  const death = await firstDeathOrStop(services, signal);
  if (death !== undefined) say(death);
  say('stopping …');
  return isWalkOk && death === undefined ? 0 : 1;
}

/** Resolves when somebody stops us (undefined) or a service dies (its name, how it ended, and the end of its log). */
async function firstDeathOrStop({ processes }: ServiceStack, signal: AbortSignal): Promise<string | undefined> {
  const deaths = processes.map(async ({ name, end, logFile }) => {
    const howEnded = await end;
    return `${name} ${howEnded}; its log, ${logFile}, ends:\n${logTail(logFile)}`;
  });
  const stop = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  return Promise.race([stop, ...deaths]);
}
