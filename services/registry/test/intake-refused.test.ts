import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  countOf,
  facility,
  nobody,
  other,
  ownOrganisation,
  testRegistry,
  type TestRegistry,
  typesOf,
} from './registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await testRegistry({ config: { INTAKE_BYTES_MAX: '5000' } });
});
afterAll(() => registry.stop());

const header = 'external_id,given_name,family_name,birth_date,phone,village';
const csv = (...rows: string[]) => [header, ...rows].map((row) => `${row}\r\n`).join('');

describe('a push is refused as a whole, and nothing of it is kept,', () => {
  it.each<[string, string | Buffer, number, string]>([
    ['without a header', 'o1,A,B\n', 422, 'invalid-field'],
    ['with a column that is not known', `${header},risk\n`, 422, 'invalid-field'],
    ['without a column that must be', 'external_id,given_name\no1,A\n', 422, 'invalid-field'],
    ['when there is nothing in it', '', 422, 'invalid-field'],
    [
      'when it is not UTF-8',
      Buffer.concat([Buffer.from(csv('o1,A,B,,,')), Buffer.from([0xd4])]),
      400,
      'malformed-request',
    ],
    ['when a quote is not closed', `${header}\no1,"A,B,,,\n`, 400, 'malformed-request'],
    [
      'when it is too large',
      csv(...Array.from({ length: 500 }, (_, row) => `o${row},A,B,,,`)),
      413,
      'payload-too-large',
    ],
  ])('%s', async (_what, file, status, code) => {
    const before = await countOf(registry.pool, 'intake_batch');
    expect(await registry.push(file)).toMatchObject({ status, body: { type: `/problems/${code}` } });
    expect(await countOf(registry.pool, 'intake_batch')).toBe(before);
    expect(await countOf(registry.pool, 'intake_row')).toBe(0);
  });

  it('of a content type that is not taken', async () => {
    for (const type of [
      'application/json',
      'text/plain',
      'multipart/form-data; boundary=x',
      'text/csv; charset=windows-1251',
    ]) {
      expect(await registry.push('{}', { headers: { 'content-type': type } })).toMatchObject({
        status: 415,
        body: { type: '/problems/unsupported-media-type' },
      });
    }
    expect((await registry.post('/v1/intake-batches?sourceSystem=office')).status).toBe(415);
    expect(
      (await registry.post('/v1/beneficiaries', { body: csv(), headers: { 'content-type': 'text/csv' } })).status,
    ).toBe(415);
  });

  it('without the name of its source system', async () => {
    const ask = { body: csv('p1,A,B,,,'), headers: { 'content-type': 'text/csv' } };
    expect(await registry.post('/v1/intake-batches', ask)).toMatchObject({
      status: 422,
      body: { errors: [{ parameter: 'sourceSystem', in: 'query' }] },
    });
    expect((await registry.post('/v1/intake-batches?sourceSystem=office&mode=fast', ask)).status).toBe(422);
  });

  it('by whoever is no migration service', async () => {
    expect((await registry.push(csv(), { as: facility })).status).toBe(403);
    expect((await registry.push(csv(), { as: null })).status).toBe(401);
    const reader = {
      role: 'migration-service' as const,
      organisationId: ownOrganisation,
      scopes: ['beneficiaries:read'],
    };
    expect((await registry.push(csv(), { as: reader })).status).toBe(403);
  });
});

describe('following a push', () => {
  it('is for the organisation that pushed it', async () => {
    const batch = await registry.finished(await registry.push(csv('q1,,,,,')));
    for (const path of [`/v1/intake-batches/${batch.id}`, `/v1/intake-batches/${batch.id}/errors`]) {
      expect((await registry.get(path)).status).toBe(200);
      expect((await registry.get(path, { as: other })).status).toBe(404);
      expect((await registry.get(path, { as: facility })).status).toBe(403);
      expect((await registry.get(path, { as: null })).status).toBe(401);
    }
    expect(await typesOf(registry.pool, batch.id)).toContain('intake-batch.denied.v1');
  });

  it('of one that there is not finds nothing', async () => {
    expect((await registry.get(`/v1/intake-batches/${nobody}`)).status).toBe(404);
    expect((await registry.get(`/v1/intake-batches/${nobody}/errors`)).status).toBe(404);
    expect((await registry.get('/v1/intake-batches/last')).status).toBe(422);
  });

  it('takes only its own cursors', async () => {
    const batch = await registry.finished(await registry.push(csv('r1,,,,,')));
    for (const key of ['["x","y"]', '[1]', '[99999999999,1]', '[1.5,1]']) {
      const cursor = Buffer.from(key).toString('base64url');
      expect(await registry.get(`/v1/intake-batches/${batch.id}/errors?cursor=${cursor}`)).toMatchObject({
        status: 422,
        body: { type: '/problems/cursor-invalid' },
      });
    }
  });
});
