import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { startKafka, startPostgres } from '../src/index.ts';
import { awaitUntil } from '../src/await-until.ts';
import { brokerAnswers } from '../src/kafka/broker-answers.ts';
import { postgresAnswers } from '../src/postgres/connection.ts';
import { findProcess } from '../src/process/process-table.ts';
import { scratchDirectory } from './scratch-directory.ts';

const environment = {
  ...process.env,
  ROHNAMO_DOCKER: 'off',
  ROHNAMO_POSTGRES_URL: undefined,
  ROHNAMO_KAFKA_BROKERS: undefined,
};
const options = { port: 0, progress: () => {}, environment };
const bootDeadlineMs = 300_000; // the first time, Maven fetches Kafka's jars

/** Another process that started a server in this directory, and the server's address. */
async function startElsewhere(
  kind: 'postgres' | 'kafka',
  dataDir: string,
): Promise<{ owner: ChildProcess; address: string }> {
  const script = fileURLToPath(new URL('start-and-report.ts', import.meta.url));
  const owner = spawn(process.execPath, [script, kind, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void owner.kill('SIGKILL'));
  for await (const address of createInterface({ input: owner.stdout })) return { owner, address };
  throw new Error(`${kind} did not start elsewhere`);
}

function serverPid(dataDir: string): number {
  const record = JSON.parse(readFileSync(join(dataDir, 'process.json'), 'utf8')) as { pid: number };
  return record.pid;
}

const ended = (pid: number) =>
  awaitUntil({ what: `process ${pid} to end`, deadlineMs: 60_000, attempt: () => findProcess(pid) === undefined });

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s to its owner stops the server, too', async (signal) => {
  const dataDir = scratchDirectory();
  const { owner } = await startElsewhere('postgres', dataDir);
  const pid = serverPid(dataDir);

  owner.kill(signal);
  const [, endedBy] = (await once(owner, 'exit')) as [number | null, NodeJS.Signals | null];

  expect(endedBy).toBe(signal);
  expect(findProcess(pid)).toBeUndefined();
});

test('an owner that exits without stopping its server takes it along', async () => {
  const dataDir = scratchDirectory();
  const { owner } = await startElsewhere('postgres', dataDir);
  const pid = serverPid(dataDir);
  const exit = once(owner, 'exit');
  owner.kill('SIGUSR2'); // start-and-report.ts exits on it

  expect(await exit).toEqual([0, null]);
  await ended(pid);
});

test('Postgres left behind by a killed owner is stopped by the next start, and its data is there', async () => {
  const dataDir = scratchDirectory();
  const { owner, address } = await startElsewhere('postgres', dataDir);
  const orphan = serverPid(dataDir);
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  expect(await postgresAnswers(address)).toBe(true);

  const next = await startPostgres({ ...options, dataDir });
  onTestFinished(() => next.stop());

  expect(findProcess(orphan)).toBeUndefined();
  expect(await postgresAnswers(next.superuserUrl)).toBe(true);
});

test('Postgres killed together with its owner starts again, although its lock names a living stranger', async () => {
  const dataDir = scratchDirectory();
  const { owner } = await startElsewhere('postgres', dataDir);
  const pid = serverPid(dataDir);
  owner.kill('SIGKILL');
  process.kill(pid, 'SIGKILL');
  await ended(pid);
  const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  onTestFinished(() => void stranger.kill('SIGKILL'));
  const lock = join(dataDir, 'pgdata', 'postmaster.pid');
  writeFileSync(lock, readFileSync(lock, 'utf8').replace(/^\d+/, String(stranger.pid)));
  writeFileSync(join(dataDir, 'process.json'), JSON.stringify({ pid: stranger.pid, ownerPid: 1 }));

  const next = await startPostgres({ ...options, dataDir });
  onTestFinished(() => next.stop());

  expect(await postgresAnswers(next.superuserUrl)).toBe(true);
  expect(findProcess(stranger.pid ?? 0)).toBeDefined();
});

test(
  'Kafka left behind by a killed owner is stopped by the next start',
  async () => {
    const dataDir = scratchDirectory();
    const { owner, address } = await startElsewhere('kafka', dataDir);
    const orphan = serverPid(dataDir);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(await brokerAnswers(address)).toBe(true);

    const next = await startKafka({ ...options, dataDir });
    if ('unavailable' in next) throw new Error(next.unavailable);
    onTestFinished(() => next.stop());

    expect(findProcess(orphan)).toBeUndefined();
    expect(await brokerAnswers(next.brokers[0] ?? '')).toBe(true);
  },
  bootDeadlineMs,
);
