import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually } from '@rohnamo/testkit';
import { afterEach, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../test/sample-service.ts', import.meta.url));
const enough = {
  PORT: '0',
  DATABASE_URL: `postgres://app:${randomBytes(24).toString('hex')}@127.0.0.1:5432/sample`,
  DATABASE_OWNER_URL: `postgres://owner:${randomBytes(24).toString('hex')}@127.0.0.1:5432/sample`,
  OIDC_ISSUERS: 'https://issuer.example',
};

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function run(options: { env?: Record<string, string>; argument?: string } = {}) {
  const args = options.argument === undefined ? [script] : [script, options.argument];
  const child = spawn(process.execPath, args, { env: options.env ?? enough, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const lines = () =>
    output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const said = (msg: string) =>
    eventually(() => lines().find((line) => line['msg'] === msg)).catch(() => {
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

describe('a service', { timeout: 20_000 }, () => {
  it('migrates, then listens, and stops at SIGTERM: first the server, then what it stands on', async () => {
    const { child, said, ended, messages } = run();
    await said('listening');
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(messages()).toEqual([
      'migrating',
      'listening',
      'stopping',
      'the consumers are closed',
      'the pool is closed',
      'stopped',
    ]);
  });

  it('finishes what is in flight before it stops, and takes nothing new', async () => {
    const { child, said, ended } = run();
    const { port } = await said('listening');
    const answer = fetch(`http://127.0.0.1:${String(port)}/slow`);
    await said('a slow request began');
    child.kill('SIGTERM');
    await said('stopping');
    await expect(fetch(`http://127.0.0.1:${String(port)}/health/ready`)).rejects.toThrow('fetch failed');
    expect(await (await answer).json()).toEqual({ done: true });
    expect(await ended).toBe(0);
  });

  it('is not ready while it drains, and still answers', async () => {
    const { child, said, ended } = run({ env: { ...enough, DRAIN_SECONDS: '1' } });
    const { port } = await said('listening');
    child.kill('SIGTERM');
    await said('stopping');
    const ready = await fetch(`http://127.0.0.1:${String(port)}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'not-ready', failing: ['stopping'] }]);
    expect((await fetch(`http://127.0.0.1:${String(port)}/health/live`)).status).toBe(200);
    expect(await ended).toBe(0);
  });

  it('stops at once at the second signal', async () => {
    const { child, said, ended } = run();
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
    expect(await said('could not be stopped')).toMatchObject({ dependency: 'pool' });
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

  it('only migrates at the command to', async () => {
    const { ended, messages } = run({ argument: 'migrate', env: { ...enough, MIGRATE_AT_BOOT: 'false' } });
    expect(await ended).toBe(0);
    expect(messages()).toEqual(['migrating', 'the database is up to date']);
  });

  it('does not migrate at boot where it is told not to', async () => {
    const { child, said, ended, messages } = run({ env: { ...enough, MIGRATE_AT_BOOT: 'false' } });
    await said('listening');
    child.kill('SIGTERM');
    await ended;
    expect(messages()).not.toContain('migrating');
  });

  it('says what it needs', async () => {
    const { ended, output } = run({ argument: '--help', env: {} });
    expect(await ended).toBe(0);
    expect(output()).toContain('| `DATABASE_URL` |');
    expect(output()).toContain('migrate ');
  });

  it('does not guess what an unknown command means', async () => {
    const { ended, errors } = run({ argument: 'migrat' });
    expect(await ended).toBe(2);
    expect(errors()).toContain('does not know the command "migrat"');
  });
});
