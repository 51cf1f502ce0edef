import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/** A child process that does not outlive this one (unless this one is killed with SIGKILL, see orphan.ts). */
export interface SupervisedChild {
  running(): boolean;
  /** Sends the stop signal and waits for the end; past the deadline, SIGKILL. Safe to repeat. */
  stop(): Promise<void>;
  /** SIGKILL, or what the server takes for it, and waits for the end. Safe to repeat. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

export interface Supervision {
  stopSignal: 'SIGINT' | 'SIGTERM';
  stopDeadlineMs: number;
}

const parentSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const supervised = new Map<SupervisedChild, () => void>();

/**
 * Ties a child to the life of this process: it is told to stop when this process exits, and when this process gets
 * SIGINT, SIGTERM or SIGHUP and has no listener of its own for it. A process that has one decides the order itself, by
 * calling `stop`. The child doesn't keep this process alive.
 */
export function supervise(child: ChildProcess, { stopSignal, stopDeadlineMs }: Supervision): SupervisedChild {
  const running = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (!running()) return;
    child.ref();
    const exited = once(child, 'exit');
    child.kill(signal);
    const given = new AbortController();
    const deadline = delay(stopDeadlineMs, undefined, { signal: given.signal }).then(
      () => child.kill('SIGKILL'),
      () => false,
    );
    await exited;
    given.abort();
    await deadline;
  }

  const self: SupervisedChild = { running, stop: () => end(stopSignal), kill: (signal = 'SIGKILL') => end(signal) };
  if (supervised.size === 0) followParent();
  supervised.set(self, () => child.kill(stopSignal));
  const forget = () => {
    supervised.delete(self);
    if (supervised.size === 0) unfollowParent();
  };
  child.once('exit', forget);
  child.once('error', forget);
  child.unref();
  return self;
}

function followParent(): void {
  process.on('exit', signalAll);
  for (const signal of parentSignals) process.on(signal, stopAllAndDie);
}

function unfollowParent(): void {
  process.off('exit', signalAll);
  for (const signal of parentSignals) process.off(signal, stopAllAndDie);
}

/** An exiting process cannot wait: the children finish their stop alone. */
function signalAll(): void {
  for (const sendStopSignal of supervised.values()) sendStopSignal();
}

function stopAllAndDie(signal: NodeJS.Signals): void {
  const othersListen = process.listenerCount(signal) > 1;
  if (othersListen) return;
  void stopAll().finally(() => {
    unfollowParent();
    process.kill(process.pid, signal); // now with its usual effect
  });
}

async function stopAll(): Promise<void> {
  await Promise.all([...supervised.keys()].map((child) => child.stop()));
}
