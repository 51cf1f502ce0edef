import { randomUUID } from 'node:crypto';
import { openCheckpoint, readExportLine, rootByInclusion } from '@rohnamo/journal';
import { parcelChange, type Scratch, scratchJournal } from '@rohnamo/journal/testing';
import { eventually, testIssuer, type TestIssuer } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger, createMetrics, createServer, createVerifier, type Server } from '../src/index.ts';
import { registerJournal } from '../src/journal-routes.ts';

let scratch: Scratch;
let issuer: TestIssuer;
let app: Server;
beforeAll(async () => {
  scratch = await scratchJournal();
  issuer = await testIssuer();
  const { journal } = scratch;
  journal.start({ sealer: { pool: scratch.sealerPool, signingKey: Buffer.alloc(32, 5).toString('base64') } });
  app = await createServer({
    name: 'scratch',
    description: 'A journal and nothing else.',
    logger: createLogger({ service: 'scratch', level: 'silent' }),
    verifier: createVerifier({ issuers: [issuer.url], audience: 'urn:rohnamo:api' }),
    metrics: createMetrics({ service: 'scratch', processMetrics: false }),
  });
  registerJournal(app, journal);
  await Promise.all(Array.from({ length: 11 }, () => journal.record({ changes: [parcelChange(randomUUID(), 0)] })));
});
afterAll(async () => {
  await app.close();
  await scratch.journal.stop();
  await issuer.stop();
  await scratch.stop();
});

const get = async (url: string, role: 'auditor' | 'facility' | null = 'auditor') => {
  const headers = role ? await issuer.authorization({ role, organisationId: randomUUID() }) : {};
  const response = await app.inject({ method: 'GET', url, headers });
  return {
    status: response.statusCode,
    body: response.json<{ checkpoint: string | null; verifierKey: string; path: string[] }>(),
  };
};
const exported = async (query: string) => {
  const headers = await issuer.authorization({ role: 'auditor', organisationId: randomUUID() });
  const { statusCode, headers: answered, body } = await app.inject({ url: `/v1/journal/entries${query}`, headers });
  const rows = body.split('\n').slice(0, -1);
  return {
    status: statusCode,
    type: answered['content-type'],
    rows: rows.map((line) => readExportLine(Buffer.from(line))!),
  };
};
const sealed = () =>
  eventually(async () => {
    const { body } = await get('/v1/journal/checkpoint', null);
    const opened = body.checkpoint === null ? null : openCheckpoint(body.checkpoint, body.verifierKey);
    return opened?.size === 11 && opened;
  });

describe('what a journal tells of itself', () => {
  it('is its newest checkpoint, to anybody, with the key that opens it', async () => {
    expect(await sealed()).toMatchObject({ size: 11 });
  });

  it('is a proof, to an auditor, that an entry is under the checkpoint', async () => {
    const { root } = await sealed();
    const { rows } = await scratch.pool.query<{ hashes: Buffer }>(
      'select hashes from tile where level = 0 and index = 0',
    );
    for (const position of [1, 6, 11]) {
      const { status, body } = await get(`/v1/journal/inclusion?position=${position}&size=11`);
      expect(status).toBe(200);
      const hash = rows[0]!.hashes.subarray((position - 1) * 32, position * 32);
      const path = body.path.map((step) => Buffer.from(step, 'base64'));
      expect(rootByInclusion({ leaf: position - 1, size: 11, hash, path })).toEqual(root);
    }
  });

  it('is a proof that it grew, and nothing about what it does not have', async () => {
    await sealed();
    expect((await get('/v1/journal/consistency?older=4&newer=11')).status).toBe(200);
    for (const question of [
      'inclusion?position=12&size=11',
      'inclusion?position=1&size=12',
      'consistency?older=11&newer=4',
      'consistency?older=4&newer=12',
    ])
      expect((await get(`/v1/journal/${question}`)).status).toBe(404);
    expect((await get('/v1/journal/inclusion?position=0&size=1')).status).toBe(422);
  });

  it('is all its entries, to an auditor, each with what it was sealed as', async () => {
    await sealed();
    const { status, type, rows } = await exported('');
    expect([status, type]).toEqual([200, 'application/x-ndjson']);
    expect(rows.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(rows.every((row) => row.entry !== null && row.sealed?.equals(row.entry.hash))).toBe(true);
  });

  it('is the entries behind a position, for who has those before', async () => {
    expect((await exported('?after=9')).rows.map(({ position }) => position)).toEqual([10, 11]);
    expect((await exported('?after=11')).rows).toEqual([]);
  });

  it.each(['after=-1', 'after=x', 'after=1.5', 'limit=5'])('is not exported for %s', async (question) => {
    expect((await get(`/v1/journal/entries?${question}`)).status).toBe(422);
  });

  it('is not proved to others than auditors', async () => {
    expect((await get('/v1/journal/entries', 'facility')).status).toBe(403);
    expect((await get('/v1/journal/entries', null)).status).toBe(401);
    expect((await get('/v1/journal/inclusion?position=1&size=1', 'facility')).status).toBe(403);
    expect((await get('/v1/journal/inclusion?position=1&size=1', null)).status).toBe(401);
  });
});
