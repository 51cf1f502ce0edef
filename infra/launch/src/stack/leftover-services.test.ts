import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { noteServices, stopLeftoverServices } from './leftover-services.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rohnamo-leftover-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a service that a killed start has left is stopped by the next one', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  noteServices(folder, [{ name: 'referral', pid: child.pid ?? 0 }]);
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
