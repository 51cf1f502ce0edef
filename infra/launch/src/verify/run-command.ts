import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { workspaceRoot } from '../workspace-root.ts';

export interface Command {
  /** A program of the workspace (`node_modules/.bin`) or of PATH. */
  program: string;
  args: readonly string[];
  environment?: Readonly<Record<string, string>>;
  /** True: it prints to our terminal as it goes. False: what it prints is kept. */
  isLive?: boolean;
  signal: AbortSignal;
}

export interface CommandResult {
  /** The exit code; null if it could not be run or was ended by a signal. */
  code: number | null;
  /** What it printed on both streams; empty if it was live. */
  output: string;
  elapsedMs: number;
}

/** Runs a program in the workspace's root to its end. Never rejects: a program that cannot be run has code null. */
export function runCommand({ program, args, environment, isLive = false, signal }: Command): Promise<CommandResult> {
  const began = performance.now();
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: workspaceRoot,
      stdio: ['ignore', isLive ? 'inherit' : 'pipe', isLive ? 'inherit' : 'pipe'],
      env: {
        ...process.env,
        PATH: [join(workspaceRoot, 'node_modules', '.bin'), process.env['PATH']].join(delimiter),
        TURBO_TELEMETRY_DISABLED: '1',
        ...environment,
      },
      signal,
    });
    const chunks: Buffer[] = [];
    const finish = (code: number | null, note = '') => {
      const output = Buffer.concat(chunks).toString('utf8') + note;
      resolve({ code, output, elapsedMs: performance.now() - began });
    };
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => finish(null, error.message));
    child.on('close', (code) => finish(code));
  });
}
