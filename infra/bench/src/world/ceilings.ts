import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A ceiling as a process of its own. */
export interface RunningCeiling {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** Starts the ceiling of this name over a database. It sees of the environment that address and nothing else. */
export async function startCeiling(name: string, databaseUrl?: string): Promise<RunningCeiling> {
  const child = fork(join(import.meta.dirname, '..', 'ceiling', 'main.ts'), [name], {
    env: databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl },
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
