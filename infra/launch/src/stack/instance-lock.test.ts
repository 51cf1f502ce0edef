import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AlreadyRunning, takeInstanceLock } from './instance-lock.ts';
import { processCommand } from './process-command.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rohnamo-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const hold = (holder: object) => writeFileSync(join(folder, 'lock'), JSON.stringify(holder));

test('a second start is refused while the first one lives, and told which process that is', () => {
  const pid = process.ppid;
  hold({ pid, command: processCommand(pid) });
  expect(() => takeInstanceLock(folder)).toThrow(AlreadyRunning);
  expect(() => takeInstanceLock(folder)).toThrow(`process ${pid}`);
});

test('a lock whose holder has died is taken over', async () => {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await new Promise((resolve) => child.once('exit', resolve));
  hold({ pid: child.pid, command: 'node start.ts' });
  expect(() => takeInstanceLock(folder)).not.toThrow();
});

test('a lock whose process id is another program’s by now is taken over, as is one that was cut short', () => {
  for (const text of [JSON.stringify({ pid: process.ppid, command: 'node start.ts' }), '']) {
    writeFileSync(join(folder, 'lock'), text);
    expect(() => takeInstanceLock(folder)).not.toThrow();
  }
});
