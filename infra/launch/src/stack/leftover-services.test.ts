import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@rohnamo/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { noteServices, stopLeftoverServices } from './leftover-services.ts';
import { processCommand } from './process-command.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rohnamo-leftover-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a service that a killed start has left is stopped by the next one', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  const pid = child.pid ?? 0;
  await eventually(() => processCommand(pid)); // for a moment it has none
  noteServices(folder, [{ name: 'referral', pid }]);
  expect(await stopLeftoverServices(folder)).toEqual(['referral']);
  expect(await ended).toBe('SIGTERM');
  expect(await stopLeftoverServices(folder)).toEqual([]);
});

test('a stranger that has got the id of a service is left alone', async () => {
  writeFileSync(
    join(folder, 'processes.json'),
    JSON.stringify([{ name: 'referral', pid: process.pid, command: 'node main.ts' }]),
  );
  expect(await stopLeftoverServices(folder)).toEqual([]);
});
