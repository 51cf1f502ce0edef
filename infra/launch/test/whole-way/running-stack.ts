import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastingPort } from '@rohnamo/backing-services';
import { eventually } from '@rohnamo/testkit';
import { planPorts, PORT_COUNT } from '../../src/stack/plan-ports.ts';
import { workspaceRoot } from '../../src/workspace-root.ts';
import { StackJson } from './stack-json.ts';

const bootDeadlineMs = 180_000;
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Where its own servers would be somebody else's: roles belong to a whole Postgres server, which other test files share. */
const notPassedOn = ['ROHNAMO_POSTGRES_URL', 'ROHNAMO_KAFKA_BROKERS'];

/** A stack of this test's own, as `npm start` runs it: its own Postgres, its own Kafka, its own folder. */
export interface OwnStack {
  /** A folder with `.rohnamo` in it, as a checkout has. */
  checkout: string;
  stateFolder: string;
  ports: readonly number[];
  /** Starts it; resolves when it is up and its walk is over, with what `stack.json` says. */
  start(...flags: string[]): Promise<StackJson>;
  /** Starts it and waits for its end. */
  runToEnd(...flags: string[]): Promise<{ code: number | null; output: string }>;
  /** What the start that runs, or ran last, has printed. */
  output(): string;
  /** SIGTERM, and waits for the end. Answers the exit code; null when nothing ran. */
  stop(): Promise<number | null>;
  /** Stops it and deletes its folder. */
  remove(): Promise<void>;
}

/** Nothing runs before `start`. */
export async function ownStack(): Promise<OwnStack> {
  const checkout = mkdtempSync(join(tmpdir(), 'rohnamo-whole-way-'));
  const stateFolder = join(checkout, '.rohnamo');
  const portBase = await lastingPort({ count: PORT_COUNT });
  let running: ReturnType<typeof launch> | undefined;
  let printed = '';

  const launch = (flags: readonly string[]) => {
    const args = [join(workspaceRoot, 'infra', 'launch', 'src', 'start.ts'), '--port-base', String(portBase), ...flags];
    const environment = Object.entries(process.env).filter(([name]) => !notPassedOn.includes(name));
    const child = spawn(process.execPath, args, {
      cwd: workspaceRoot,
      env: { ...Object.fromEntries(environment), ROHNAMO_STATE_DIR: stateFolder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
    const forget = endWithUs(() => child.kill('SIGTERM'));
    const end = once(child, 'close').then(() => {
      forget();
      running = undefined;
      return child.exitCode;
    });
    return { child, end };
  };

  const stop = async (): Promise<number | null> => {
    if (!running) return null;
    running.child.kill('SIGTERM');
    return running.end;
  };

  return {
    checkout,
    stateFolder,
    ports: portsOf(portBase),
    async start(...flags) {
      const { child } = (running = launch(flags));
      await eventually(
        () => {
          if (child.exitCode !== null || child.signalCode !== null) return true;
          return printed.includes('Everything is up');
        },
        { withinMs: bootDeadlineMs, everyMs: 100 },
      );
      if (!printed.includes('Everything is up')) throw new Error(`npm start ended instead of coming up:\n${printed}`);
      return StackJson.parse(JSON.parse(readFileSync(join(stateFolder, 'stack.json'), 'utf8')));
    },
    async runToEnd(...flags) {
      running = launch(flags);
      const code = await running.end;
      return { code, output: printed };
    },
    output: () => printed,
    stop,
    async remove() {
      await stop();
      rmSync(checkout, { recursive: true, force: true });
    },
  };
}

/** However this process ends, the stack is told to. Answers what takes that back. */
function endWithUs(end: () => void): () => void {
  const endAndDie = () => {
    end();
    process.exit(1);
  };
  process.once('exit', end);
  for (const signal of stopSignals) process.once(signal, endAndDie);
  return () => {
    process.off('exit', end);
    for (const signal of stopSignals) process.off(signal, endAndDie);
  };
}

const portsOf = (base: number): number[] => {
  const { services, demoFacility, postgres, kafka } = planPorts(base);
  return [...Object.values(services), demoFacility, postgres, kafka];
};

/** Whether nobody listens on a port of the loopback interface. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.listen(port, '127.0.0.1');
  if (!(await listening)) return false;
  server.close();
  await once(server, 'close');
  return true;
}
