import { randomUUID } from 'node:crypto';
import type { JournalEvent, Role } from '@rohnamo/contracts';
import { type Scratch, scratchJournal } from '@rohnamo/journal/testing';
import { createParking, type Parking } from '@rohnamo/messaging';
import { testIssuer, type TestIssuer } from '@rohnamo/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLogger, createMetrics, createServer, createVerifier, type Server } from '../src/index.ts';
import { measureParked } from '../src/metrics.ts';
import { runParked } from '../src/parked-command.ts';
import { registerParked } from '../src/parked-routes.ts';

const group = 'group';
const metrics = createMetrics({ service: 'scratch', processMetrics: false });
const lines: string[] = [];
const logger = createLogger({ service: 'scratch', write: (line) => lines.push(line) });
let scratch: Scratch;
let issuer: TestIssuer;
let app: Server;
let parking: Parking;
let isMended = false;
let handled: number[] = [];

beforeAll(async () => {
  scratch = await scratchJournal();
  issuer = await testIssuer();
  const handle = async (event: JournalEvent) => {
    if (!isMended) throw new RangeError('Firuza Nazarova');
    handled.push(event.sequence);
  };
  const { pool } = scratch;
  parking = createParking({ pool, subscriptions: [{ group, topics: ['client'], pool, handle }] });
  app = await createServer({
    name: 'scratch',
    description: 'Parked events and nothing else.',
    logger,
    verifier: createVerifier({ issuers: [issuer.url], audience: 'urn:rohnamo:api' }),
    metrics,
  });
  registerParked(app, { parking, logger });
  measureParked(metrics, parking.counts);
});
afterAll(async () => {
  await app.close();
  await issuer.stop();
  await scratch.stop();
});

const subject = randomUUID();
beforeEach(async () => {
  isMended = false;
  handled = [];
  await scratch.pool.query('delete from parked');
  for (const sequence of [2, 3, 4])
    await scratch.pool.query(
      `insert into parked (consumer, kind, subject, sequence, event, parked_at, attempts, reason) values ($1, 'client', $2, $3, $4, now(), 5, 'TypeError')`,
      [group, subject, sequence, { id: randomUUID(), type: 'client.created.v1', subject, sequence, data: {} }],
    );
});

const call = async (method: 'GET' | 'POST', path: string, payload?: object, role: Role = 'operator') => {
  const headers = await issuer.authorization({ role, organisationId: randomUUID() });
  const response = await app.inject({ method, url: `/v1/parked${path}`, headers, ...(payload && { payload }) });
  return { status: response.statusCode, body: response.json<Record<string, unknown> & { items: unknown[] }>() };
};
const command = async (...args: string[]) => {
  const said = { out: '', say: '' };
  const io = { out: (text: string) => (said.out += text), say: (text: string) => (said.say += text) };
  return { code: await runParked(args, { parking, logger, io }), ...said };
};

describe('an operator', () => {
  it('sees what is parked, page by page, and nothing of what it carries', async () => {
    const first = await call('GET', '?limit=2');
    expect(first.body.items).toMatchObject([{ sequence: 2, attempts: 5, reason: 'TypeError' }, { sequence: 3 }]);
    expect(first.body.items[0]).not.toHaveProperty('data');
    const second = await call('GET', `?limit=2&cursor=${String(first.body['next'])}`);
    expect(second.body).toMatchObject({ items: [{ group, subject, sequence: 4 }], next: null });
    expect((await call('GET', '?cursor=none')).status).toBe(422);
    expect(await metrics.registry.metrics()).toMatch(/consumer_parked_events\{group="group",service="scratch"\} 3/);
  });

  it('replays a subject in its order; what fails again stays, with what is behind it', async () => {
    const failed = await call('POST', '/replay', { group });
    expect(failed.body).toEqual({
      replayed: 0,
      failed: [{ group, kind: 'client', subject, sequence: 2, reason: 'RangeError' }],
    });
    expect((await call('GET', '')).body.items[0]).toMatchObject({ attempts: 6, reason: 'RangeError' });
    isMended = true;
    expect((await call('POST', '/replay', { subject })).body).toEqual({ replayed: 3, failed: [] });
    expect(handled).toEqual([2, 3, 4]);
  });

  it('discards one, with a reason that is logged; what is behind it waits for a replay', async () => {
    const which = { group, subject, sequence: 2 };
    expect((await call('POST', '/discard', which)).status).toBe(422);
    expect((await call('POST', '/discard', { ...which, reason: 'Firuza did it' })).status).toBe(422);
    const discarded = await call('POST', '/discard', { ...which, reason: 'done-by-hand' });
    expect(discarded).toMatchObject({ status: 200, body: { ...which, type: 'client.created.v1' } });
    expect((await call('POST', '/discard', { ...which, reason: 'done-by-hand' })).status).toBe(404);
    expect((await call('GET', '')).body.items).toMatchObject([{ sequence: 3 }, { sequence: 4 }]);
    expect(lines.join('')).toMatch(/"reasonCode":"done-by-hand"/);
    expect(lines.join('')).not.toMatch(/Firuza/);
  });

  it('must say which where events of two kinds are parked under one id, and moves no other', async () => {
    await scratch.pool.query(
      `insert into parked (consumer, kind, subject, sequence, parked_at, attempts, reason) values ($1, 'message', $2, 2, now(), 1, 'x')`,
      [group, subject],
    );
    const which = { group, subject, sequence: 2, reason: 'done-by-hand' };
    expect(await call('POST', '/discard', which)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#/kind' }] },
    });
    const options = ['--group', group, '--subject', subject, '--sequence', '2', '--reason', 'done-by-hand'];
    expect(await command('discard', ...options)).toMatchObject({ code: 2, say: expect.stringContaining('--kind') });
    expect((await call('POST', '/discard', { ...which, kind: 'message' })).body).toMatchObject({ kind: 'message' });
    expect((await call('GET', '')).body.items).toMatchObject(Array.from({ length: 3 }, () => ({ kind: 'client' })));
    expect((await call('POST', '/replay', { kind: 'message' })).body).toEqual({ replayed: 0, failed: [] });
    expect((await command('discard', ...options, '--kind', 'client')).code).toBe(0);
  });

  it('is the only one who may', async () => {
    for (const role of ['auditor', 'facility', 'migration-service', 'service'] as const) {
      expect((await call('GET', '', undefined, role)).status).toBe(403);
      expect((await call('POST', '/replay', {}, role)).status).toBe(403);
      expect((await call('POST', '/discard', {}, role)).status).toBe(403);
    }
  });

  it('can do the same from a terminal', async () => {
    expect((await command('list')).out.trim().split('\n')).toHaveLength(3);
    const which = ['--group', group, '--subject', subject, '--sequence', '2'];
    expect(await command('discard', ...which)).toMatchObject({ code: 2, out: '' });
    expect(await command('discard', ...which, '--reason', 'done-by-hand')).toMatchObject({ code: 0, say: '' });
    expect((await command('discard', ...which, '--reason', 'done-by-hand')).code).toBe(1);
    expect((await command('replay')).code).toBe(1);
    isMended = true;
    expect(await command('replay', '--group', group)).toMatchObject({ code: 0, out: '{"replayed":2,"failed":[]}\n' });
    for (const args of [[], ['forget'], ['replay', '--all'], ['replay', '--subject', 'x']])
      expect((await command(...args)).code).toBe(2);
  });
});
