import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { awaitUntil } from '../await-until.ts';
import { findProcess } from './process-table.ts';

test('a child is found with its parent and its arguments, and no longer once it has ended', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'a mark'], { stdio: 'ignore' });
  const pid = child.pid ?? 0;
  await awaitUntil({ what: 'the child', deadlineMs: 15_000, attempt: () => findProcess(pid) !== undefined });

  expect(findProcess(pid)).toMatchObject({ parentPid: process.pid, command: expect.stringContaining('a mark') });

  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(findProcess(pid)).toBeUndefined();
});
