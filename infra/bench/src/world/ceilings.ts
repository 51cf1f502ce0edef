import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { CeilingSettings } from '../ceiling/ceiling.ts';

/** A process of this package's own that answers on the loopback interface. */
export interface RunningCeiling {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** Starts the ceiling of this name as a process of its own. It sees of the environment what its settings say and nothing else. */
export async function startCeiling(name: string, settings: CeilingSettings = {}): Promise<RunningCeiling> {
  const child = fork(join(import.meta.dirname, '..', 'ceiling', 'main.ts'), [name, JSON.stringify(settings)], {
    env: {},
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const [answer] = (await Promise.race([
    once(child, 'message'),
    ended.then(() => Promise.reject(new Error(`the ceiling ${name} could not start`))),
  ])) as [{ url: string }]; // as its main.ts sends it
  return {
    url: answer.url,
    pid: child.pid ?? 0,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

/** Has a ceiling do all of its work once. Answers how many seconds that took. */
export async function runCeiling({ url }: RunningCeiling): Promise<number> {
  const began = performance.now();
  const response = await fetch(`${url}/run`, { method: 'POST' });
  if (!response.ok) throw new Error(`the ceiling failed: ${await response.text()}`);
  return (performance.now() - began) / 1000;
}
