import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastingPort } from '@rohnamo/backing-services';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { awaitReady, startServiceProcess } from './boot-services.ts';
import type { ServiceProcess } from './boot-services.ts';
import { processCommand } from './process-command.ts';

let folder: string;
let started: ServiceProcess[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rohnamo-boot-'));
  started = [];
});
afterEach(async () => {
  await Promise.all(started.map((service) => service.stop()));
  rmSync(folder, { recursive: true });
});

function start(source: string, environment: Record<string, string> = {}): ServiceProcess {
  const script = join(folder, 'service.mjs');
  writeFileSync(script, source);
  const logFile = join(folder, 'logs', 'service.log');
  const service = startServiceProcess({ name: 'sample', args: [script], environment, logFile, cwd: folder });
  started.push(service);
  return service;
}

const waiting = { deadlineMs: 10_000, signal: new AbortController().signal };
const ready = `import { createServer } from 'node:http';
  createServer((request, response) => response.writeHead(request.url === '/health/ready' ? 200 : 404).end())
    .listen(Number(process.env.PORT), '127.0.0.1');`;

test('a service is awaited until it is ready, and stopped with nothing left behind', async () => {
  const port = await lastingPort();
  const service = start(ready, { PORT: String(port) });
  await awaitReady(service, { ...waiting, url: `http://127.0.0.1:${port}` });
  await service.stop();
  expect(processCommand(service.pid)).toBeUndefined();
});

test('a service that dies at boot is reported at once, with its code and the end of its log', async () => {
  const service = start(`console.error('DATABASE_URL is missing'); process.exit(3);`);
  await expect(awaitReady(service, { ...waiting, url: 'http://127.0.0.1:9' })).rejects.toThrow(
    /sample ended with code 3; its log, .*service\.log, ends:\nDATABASE_URL is missing/,
  );
});

test('a service that never gets ready is reported at the deadline', async () => {
  const service = start('setInterval(() => {}, 1000);');
  const url = `http://127.0.0.1:${await lastingPort()}`;
  await expect(awaitReady(service, { ...waiting, deadlineMs: 300, url })).rejects.toThrow(
    /is not ready \(.*\): becoming ready took longer than 0\.3 s, which is its limit; .* set ROHNAMO_PATIENCE=3/,
  );
});

test('a service sees the environment it is given and nothing else', async () => {
  const service = start('console.log(JSON.stringify(Object.keys(process.env).sort()));', { ONLY: 'this' });
  expect(await service.end).toBe('ended with code 0');
  const { logTail } = await import('./boot-services.ts');
  expect(JSON.parse(logTail(service.logFile))).toEqual(['ONLY']);
});

test('waiting ends when the launcher is told to stop', async () => {
  const service = start('setInterval(() => {}, 1000);');
  const stopping = new AbortController();
  const wait = awaitReady(service, { ...waiting, signal: stopping.signal, url: 'http://127.0.0.1:9' });
  stopping.abort(new Error('told to stop'));
  await expect(wait).rejects.toThrow('told to stop');
});
