import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { StopList } from '@rohnamo/launch';

/** An export, and what it is held against. */
export interface Verification {
  path: string;
  key: string;
  checkpoints: string[];
}

/** `rohnamo verify` in a process that is warm already: what is told is the verifying, not the start of Node. */
export interface Auditor {
  pid: number;
  /** @throws where not all of so many entries are proved. */
  verify(verification: Verification, count: number): Promise<void>;
}

export function startAuditor(stops: StopList, { profileFolder }: { profileFolder: string | undefined }): Auditor {
  const child = fork(join(import.meta.dirname, 'main.ts'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`],
  });
  const ended = once(child, 'exit');
  stops.add('the auditor', async () => {
    child.disconnect(); // it has nothing more to do then, and ends
    await ended;
  });
  return {
    pid: child.pid ?? 0,
    async verify(verification, count) {
      child.send(verification);
      const answer = once(child, 'message') as Promise<[{ proved: number; findings: number }]>; // as its main.ts sends it
      const [found] = await Promise.race([
        answer,
        ended.then(() => Promise.reject(new Error('the auditor has ended'))),
      ]);
      if (found.findings > 0 || found.proved !== count)
        throw new Error(`${found.proved} of ${count} entries are proved, with ${found.findings} findings`);
    },
  };
}
