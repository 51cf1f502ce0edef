import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { openCheckpoint, verifierKeyOf } from '@rohnamo/journal';
import { parcelChange, scratchJournal } from '@rohnamo/journal/testing';
import { bareEnvironment, eventually, lastingPort, type TestDatabase, testDatabase } from '@rohnamo/testkit';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { migrationsOf } from '../src/service.ts';
import { endOfSlow, sample } from './sample-definition.ts';

const script = fileURLToPath(new URL('./sample-service.ts', import.meta.url));
const children: ChildProcess[] = [];
let database: TestDatabase;
let enough: Record<string, string>;

beforeAll(async () => {
  database = await testDatabase(migrationsOf(sample));
  enough = {
    PORT: '0',
    DATABASE_URL: database.appUrl,
    KAFKA_BROKERS: 'none',
    OIDC_ISSUERS: 'https://issuer.example',
  };
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => database.drop());

function run(options: { env?: Record<string, string>; args?: string[] } = {}) {
  const args = [script, ...(options.args ?? [])];
  const env = { ...bareEnvironment, ...(options.env ?? enough) };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  let isOver = false;
  const ended = once(child, 'close').then(([code]) => {
    isOver = true;
    return code as number | null;
  });
  const lines = () =>
    output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const said = (msg: string) =>
    eventually(() => lines().find((line) => line['msg'] === msg), {
      withinMs: 50_000,
      isOver: () => isOver,
    }).catch(() => {
      throw new Error(`it never said: ${msg}\n${output}${errors}`);
    });
  return {
    child,
    ended,
    said,
    messages: () => lines().map((line) => line['msg']),
    output: () => output,
    errors: () => errors,
  };
}

/** A database with nothing in it, as an owner finds it at first. */
async function emptyDatabase(): Promise<TestDatabase> {
  const made = await testDatabase(migrationsOf(sample));
  await ask(
    made,
    'drop schema drizzle cascade; drop schema public cascade; create schema public authorization scratch_owner; grant usage on schema public to public',
  );
  return made;
}
async function ask({ superuserUrl }: TestDatabase, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client(superuserUrl);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
const isMigrated = async (made: TestDatabase) =>
  (await ask(made, `select to_regclass('public.entry') is not null as yes`))[0]?.['yes'];

describe('a service', () => {
  it('is built, works, then listens; stops at SIGTERM: first the server, then its work, then what that stands on', async () => {
    const { child, said, ended, messages } = run();
    await said('listening');
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(messages()).toEqual([
      'built',
      'its own work has begun',
      'listening',
      'stopping',
      'its own work has ended',
      'its journal has ended',
      'stopped',
    ]);
  });

  it('says its last words in their order, even where its output is slow', async () => {
    const { child, said, ended, messages } = run({
      env: { ...enough, SAMPLE_FAULT: 'slow-log', UV_THREADPOOL_SIZE: '1' },
    });
    await said('listening');
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(messages().slice(-2)).toEqual(['its journal has ended', 'stopped']);
  });

  it('is ready while its database answers', async () => {
    const { said } = run();
    const { port } = await said('listening');
    const ready = await fetch(`http://127.0.0.1:${String(port)}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
  });

  it('finishes what is in flight before it stops, and takes nothing new', async () => {
    const { child, said, ended } = run();
    const { port } = await said('listening');
    const answer = fetch(`http://127.0.0.1:${String(port)}/slow`);
    await said('a slow request began');
    child.kill('SIGTERM');
    const isRefused = () =>
      fetch(`http://127.0.0.1:${String(port)}/health/live`).then(
        () => false,
        () => true,
      );
    await eventually(isRefused);
    child.kill(endOfSlow);
    expect(await (await answer).json()).toEqual({ done: true });
    expect(await ended).toBe(0);
  });

  it('is not ready while it drains, and still answers', async () => {
    const { child, said, ended } = run({ env: { ...enough, DRAIN_SECONDS: '60' } });
    const { port } = await said('listening');
    child.kill('SIGTERM');
    await said('stopping');
    const ready = await fetch(`http://127.0.0.1:${String(port)}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'not-ready', failing: ['stopping'] }]);
    expect((await fetch(`http://127.0.0.1:${String(port)}/health/live`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toBe(143);
  });

  it('stops by itself once it has drained', async () => {
    const { child, said, ended, messages } = run({ env: { ...enough, DRAIN_SECONDS: '1' } });
    await said('listening');
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(messages().slice(-2)).toEqual(['its journal has ended', 'stopped']);
  });

  it('ends each connection with its next answer, once it is told to stop', async () => {
    const { child, said, ended } = run({ env: { ...enough, DRAIN_SECONDS: '60' } });
    const { port } = await said('listening');
    const live = () => fetch(`http://127.0.0.1:${String(port)}/health/live`);
    expect((await live()).headers.get('connection')).toBe('keep-alive');
    child.kill('SIGTERM');
    await said('stopping');
    expect((await live()).headers.get('connection')).toBe('close');
    child.kill('SIGTERM');
    expect(await ended).toBe(143);
  });

  it('stops at once at the second signal', async () => {
    const { child, said, ended } = run({ env: { ...enough, DRAIN_SECONDS: '60' } });
    const { port } = await said('listening');
    fetch(`http://127.0.0.1:${String(port)}/slow`).catch(() => undefined);
    await said('a slow request began');
    child.kill('SIGINT');
    await said('stopping');
    child.kill('SIGINT');
    expect(await ended).toBe(130);
  });

  it('says which part would not stop, stops the others, and ends with 1', async () => {
    const { child, said, ended, messages } = run({ env: { ...enough, SAMPLE_FAULT: 'stop' } });
    await said('listening');
    child.kill('SIGTERM');
    expect(await ended).toBe(1);
    expect(await said('could not be stopped')).toMatchObject({ dependency: 'own-work' });
    expect(messages()).toContain('stopped');
  });

  it('does not start on a configuration that is not complete, and says what is missing', async () => {
    const { ended, errors } = run({ env: { PORT: 'x' } });
    expect(await ended).toBe(1);
    expect(errors()).toContain('PORT is not valid');
    expect(errors()).toContain('DATABASE_URL is missing');
  });

  it('ends with 1 where it cannot start, without the message of the error', async () => {
    const { ended, said, output, errors } = run({ env: { ...enough, SAMPLE_FAULT: 'start' } });
    expect(await ended).toBe(1);
    expect(await said('the service could not start')).toMatchObject({ level: 'fatal' });
    expect(output() + errors()).not.toContain('Firuza');
  });

  it('ends with 1 at a rejection that nobody handled', async () => {
    const { said, ended, output } = run({ env: { ...enough, SAMPLE_FAULT: 'rejection' } });
    const { port } = await said('listening');
    fetch(`http://127.0.0.1:${String(port)}/slow`).catch(() => undefined);
    expect(await ended).toBe(1);
    expect(output()).toContain('a rejection that nobody handled');
    expect(output()).not.toContain('Firuza');
  });

  it('only migrates at the command to, and needs no more than its owner for it', async () => {
    const empty = await emptyDatabase();
    const { ended, messages } = run({ args: ['migrate'], env: { DATABASE_OWNER_URL: empty.ownerUrl } });
    expect(await ended).toBe(0);
    expect(messages()).toEqual(['the database is up to date']);
    expect(await isMigrated(empty)).toBe(true);
    await empty.drop();
  });

  it('migrates at boot where it is told to, before anything else', async () => {
    const empty = await emptyDatabase();
    const { said } = run({
      env: { ...enough, DATABASE_URL: empty.appUrl, DATABASE_OWNER_URL: empty.ownerUrl, MIGRATE_AT_BOOT: 'true' },
    });
    await said('built');
    expect(await isMigrated(empty)).toBe(true);
    await empty.drop();
  });

  it('does not migrate at boot by itself, nor start on what is not migrated, and says what to run', async () => {
    const empty = await emptyDatabase();
    const { ended, errors } = run({
      env: { ...enough, DATABASE_URL: empty.appUrl, DATABASE_OWNER_URL: empty.ownerUrl },
    });
    expect(await ended).toBe(1);
    expect(errors()).toBe(
      'scratch could not start: DATABASE_URL: its schema is not there yet: run the command migrate (with DATABASE_OWNER_URL) of this version first.\n',
    );
    expect(await isMigrated(empty)).toBe(false);
    await empty.drop();
  });

  it('that cannot migrate ends with 1 and says why', async () => {
    const { ended, errors } = run({
      args: ['migrate'],
      env: { DATABASE_OWNER_URL: 'postgres://owner:kq9w2xd7f3mz4t8vhbc5@127.0.0.1:1/none' },
    });
    expect(await ended).toBe(1);
    expect(errors()).toMatch(
      /^scratch could not start: DATABASE_OWNER_URL: nothing listens at its host and port: .*\n$/,
    );
  });

  it('seals as a process of its own, with neither the app’s password nor the owner’s; whoever has its key checks that', async () => {
    const scratch = await scratchJournal();
    const { journal, database: own } = scratch;
    const key = randomBytes(32).toString('base64');
    const port = await lastingPort();
    const sealing = run({
      args: ['seal'],
      env: { PORT: String(port), DATABASE_SEALER_URL: own.sealerUrl, CHECKPOINT_SIGNING_KEY: key },
    });
    const printing = run({ args: ['seal', '--verifier-key'], env: { CHECKPOINT_SIGNING_KEY: key } });
    await sealing.said('sealing');
    expect(await (await fetch(`http://127.0.0.1:${port}/health/ready`)).json()).toEqual({ status: 'ready' });
    expect(await printing.ended).toBe(0);
    const sealedBy = printing.output().trim();

    journal.start({ sealedBy });
    await journal.record({ changes: [parcelChange(randomUUID(), 0)] });
    const checkpoint = await eventually(() => journal.newestCheckpoint());
    expect(openCheckpoint(checkpoint, journal.verifierKey() ?? '')).toMatchObject({ size: 1 });
    expect(sealedBy).toBe(verifierKeyOf('scratch', key));
    sealing.child.kill('SIGTERM');
    expect(await sealing.ended).toBe(0);
    await journal.stop();
    await scratch.stop();
  });

  it('says what it needs', async () => {
    const { ended, output } = run({ args: ['--help'], env: {} });
    expect(await ended).toBe(0);
    expect(output()).toContain('| `DATABASE_URL` |');
    expect(output()).toContain('migrate ');
    expect(output()).toContain('greet         greet somebody');
  });

  it('runs a command of its own with what follows it, and ends with its code', async () => {
    const greeting = run({ args: ['greet', 'Kulob'], env: { PORT: '4403' } });
    expect(await greeting.ended).toBe(0);
    expect([greeting.output(), greeting.errors()]).toEqual(['hello Kulob', 'on port 4403']);
    expect(await run({ args: ['greet'] }).ended).toBe(2);
  });

  it('sees to parked events without serving, and ends', async () => {
    const replay = run({ args: ['parked', 'replay'] });
    expect(await replay.ended).toBe(0);
    expect(replay.output()).toContain('{"replayed":0,"failed":[]}');
    expect(replay.messages()).not.toContain('listening');
    expect(await run({ args: ['parked', 'forget'] }).ended).toBe(2);
  });

  it('takes no options where there are none', async () => {
    const { ended, errors } = run({ args: ['migrate', '--now'] });
    expect(await ended).toBe(2);
    expect(errors()).toMatch(/^migrate takes no options: leave them out/);
  });

  it('does not guess what an unknown command means', async () => {
    const { ended, errors } = run({ args: ['migrat'] });
    expect(await ended).toBe(2);
    expect(errors()).toContain('does not know the command "migrat"');
  });
});
