import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { limitMet, patiently } from '@rohnamo/backing-services';

const STOP_DEADLINE_MS = 20_000;
const POLL_INTERVAL_MS = 100;
const LOG_TAIL_LINES = 20;

export interface ProcessPlan {
  name: string;
  /** For Node: the script and its arguments. */
  args: readonly string[];
  /** The whole environment; nothing is inherited. */
  environment: Readonly<Record<string, string>>;
  /** Written anew; what the process prints. */
  logFile: string;
  cwd: string;
}

/** A service that runs as a process of its own. */
export interface ServiceProcess {
  name: string;
  logFile: string;
  pid: number;
  /** How it ended, in words, or undefined while it runs. */
  ended(): string | undefined;
  /** Resolves, in words, when it has ended. */
  end: Promise<string>;
  /** SIGTERM, and waits; past the deadline SIGKILL. Safe to repeat. */
  stop(): Promise<void>;
}

/**
 * Starts a service. It has a process group of its own: a Ctrl-C at the terminal is for the launcher, which stops the services
 * in order. It does not outlive the launcher, unless that is killed with SIGKILL.
 */
export function startServiceProcess({ name, args, environment, logFile, cwd }: ProcessPlan): ServiceProcess {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'w');
  const child = spawn(process.execPath, args, { cwd, env: environment, stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  let howEnded: string | undefined;
  const end = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) =>
      resolve((howEnded = signal ? `ended by ${signal}` : `ended with code ${code}`)),
    );
    child.once('error', (error) => resolve((howEnded = `could not be started: ${error.message}`)));
  });
  const killWithUs = () => void child.kill('SIGTERM');
  process.once('exit', killWithUs);
  void end.then(() => process.removeListener('exit', killWithUs));

  return {
    name,
    logFile,
    pid: child.pid ?? 0,
    ended: () => howEnded,
    end,
    async stop() {
      if (howEnded !== undefined) return;
      child.kill('SIGTERM');
      const patience = new AbortController();
      await Promise.race([end, delay(STOP_DEADLINE_MS, undefined, { signal: patience.signal }).catch(() => {})]);
      patience.abort();
      if (howEnded === undefined) child.kill('SIGKILL');
      await end;
    },
  };
}

/**
 * Waits until a service answers `GET <url>/health/ready` with 200. Throws with the end of its log when it ends instead, or
 * when the deadline has passed; throws at once when `signal` is aborted.
 */
export async function awaitReady(
  service: ServiceProcess,
  { url, deadlineMs, signal }: { url: string; deadlineMs: number; signal: AbortSignal },
): Promise<void> {
  const limitMs = patiently(deadlineMs);
  const deadline = performance.now() + limitMs;
  let lastAnswer = 'it does not answer';
  while (service.ended() === undefined && performance.now() < deadline) {
    signal.throwIfAborted();
    const answer = await askReadiness(url, signal);
    if (answer === 'ready') return;
    lastAnswer = answer;
    await Promise.race([delay(POLL_INTERVAL_MS), service.end]);
  }
  const ended = service.ended();
  const what =
    ended === undefined
      ? `${service.name} is not ready (${lastAnswer}): ${limitMet('becoming ready', limitMs)}`
      : `${service.name} ${ended}`;
  throw new Error(`${what}; its log, ${service.logFile}, ends:\n${logTail(service.logFile)}`);
}

async function askReadiness(url: string, signal: AbortSignal): Promise<string> {
  try {
    const response = await fetch(`${url}/health/ready`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(3000)]),
    });
    const text = await response.text();
    return response.ok ? 'ready' : text.slice(0, 500);
  } catch {
    return 'it does not answer';
  }
}

/** The last lines of a log, for a person who needs to know why. */
export function logTail(logFile: string): string {
  try {
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n');
  } catch {
    return '(there is no log)';
  }
}
