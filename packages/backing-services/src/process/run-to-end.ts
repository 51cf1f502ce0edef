import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Environment } from '../backing-service.ts';
import { supervise } from './supervision.ts';

const OUTPUT_LENGTH_MAX = 20_000;

export interface Command {
  command: string;
  args: readonly string[];
  environment: Environment;
  uid?: number;
  gid?: number;
}

export interface Ended {
  /** The exit code; null when a signal ended it. */
  code: number | null;
  /** What it wrote to standard output and error, the last 20,000 characters. */
  output: string;
}

/** Runs a command until it ends. Throws only when it could not be started (`code` ENOENT: there is no such command). */
export async function runToEnd({ command, args, environment, ...user }: Command): Promise<Ended> {
  const child = spawn(command, args, { ...user, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  supervise(child, { stopSignal: 'SIGTERM', stopDeadlineMs: 5000 });
  child.ref();
  let output = '';
  const collect = (chunk: string) => (output = (output + chunk).slice(-OUTPUT_LENGTH_MAX));
  child.stdout.setEncoding('utf8').on('data', collect);
  child.stderr.setEncoding('utf8').on('data', collect);
  await once(child, 'close');
  return { code: child.exitCode, output };
}
