import { join } from 'node:path';
import type { CrashPoint } from '@rohnamo/journal';
import {
  awaitReady,
  logTail,
  type ServiceName,
  type ServiceProcess,
  startServiceProcess,
  systemEnvironment,
} from '@rohnamo/launch';
import type { TcpProxy } from '@rohnamo/testkit';
import type { Clock } from './clock.ts';

const readyWithinMs = 60_000;

export interface ReplicaPlan {
  /** Which of its service: `referral-1`. */
  name: string;
  service: ServiceName;
  port: number;
  environment: Readonly<Record<string, string>>;
  /** Its own way to its database. */
  databaseLink: TcpProxy;
  /** A way for clients to it that can be broken. */
  clientLink: TcpProxy;
  logFolder: string;
  /** The checkout that it runs from. */
  root: string;
  /** Undefined where it has the machine's. */
  clock: Clock | undefined;
}

/** One process of a service, which can be broken and mended. It answers at the same address after each start. */
export interface Replica {
  name: string;
  service: ServiceName;
  url: string;
  databaseLink: TcpProxy;
  clientLink: TcpProxy;
  /** Resolves when it is ready. Does nothing while it runs. */
  start(): Promise<void>;
  /** Starts it so that it kills itself: at the first time, or the nth, that it comes to a crash point. Does not wait. */
  startArmed(at: CrashPoint | `${CrashPoint}:${number}`): void;
  isRunning(): boolean;
  /** How it ended, and the end of its log. */
  lastWords(): string;
  /** SIGTERM, and waits for its end. Answers how it ended, in words. */
  stop(): Promise<string>;
  /** SIGKILL, and waits for its end. */
  kill(): Promise<void>;
  /** SIGSTOP: it stands still, and its connections stay open. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
  /** Sets its clock before or behind the machine's; 0 sets it right. */
  setClock(byMs: number): Promise<void>;
}

/** Nothing runs before `start`. */
export function createReplica(plan: ReplicaPlan): Replica {
  const { name, service, port, environment, databaseLink, clientLink, logFolder, root, clock } = plan;
  const url = `http://127.0.0.1:${port}`;
  let starts = 0;
  let running: ServiceProcess | undefined;

  const signal = (which: NodeJS.Signals): ServiceProcess => {
    if (running === undefined || running.ended() !== undefined) throw new Error(`${name} does not run`);
    process.kill(running.pid, which);
    return running;
  };

  const isRunning = (): boolean => running !== undefined && running.ended() === undefined;
  const spawn = (armed: Record<string, string>): ServiceProcess =>
    startServiceProcess({
      name,
      args: [join(root, 'services', service, 'src', 'main.ts')],
      environment: {
        ...systemEnvironment(process.env),
        ...environment,
        ...clock?.environment,
        PORT: String(port),
        PUBLIC_URL: url,
        ...armed,
      },
      logFile: join(logFolder, `${name}.${++starts}.log`),
      cwd: root,
    });

  return {
    name,
    service,
    url,
    databaseLink,
    clientLink,
    isRunning,
    lastWords: () =>
      running === undefined ? 'never ran' : `${running.ended() ?? 'runs'}\n${logTail(running.logFile)}`,
    startArmed: (at) => void (running = spawn({ ROHNAMO_CRASH_AT: at })),
    async start() {
      if (isRunning()) return;
      running = spawn({});
      await awaitReady(running, { url, deadlineMs: readyWithinMs, signal: new AbortController().signal });
    },
    async stop() {
      await running?.stop();
      return running?.ended() ?? 'never ran';
    },
    async kill() {
      await signal('SIGKILL').end;
    },
    freeze: () => void signal('SIGSTOP'),
    thaw: () => void signal('SIGCONT'),
    async setClock(byMs) {
      if (clock === undefined) throw new Error(`${name} has no clock of its own`);
      await clock.set(byMs);
    },
  };
}
