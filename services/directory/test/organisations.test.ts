import type { Organisation } from '@rohnamo/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningDirectory, runningDirectory, strangeId } from './running-directory.ts';

let directory: RunningDirectory;
beforeAll(async () => {
  directory = await runningDirectory();
});
afterAll(() => directory.stop());

const path = '/v1/organisations';
const sample = { kind: 'ngo' as const, name: 'Ҷамъияти ёрӣ (намуна)' };

describe('POST /v1/organisations', () => {
  it('records an organisation and says where it is', async () => {
    const made = await directory.ask<Organisation>({ method: 'POST', path, as: {}, body: sample });
    expect(made).toMatchObject({ status: 201, etag: '"1"', body: { ...sample, version: 1 } });
    expect(made.headers['location']).toBe(`${path}/${made.body.id}`);
  });

  it('publishes the whole record under the version of the organisation', async () => {
    const id = await directory.organisation('Осорхона');
    expect(await directory.entriesOf(id)).toMatchObject([
      {
        type: 'organisation.recorded.v1',
        version: '1',
        data: { id, version: 1, kind: 'health-provider', name: 'Осорхона' },
        audience: id,
      },
    ]);
  });

  it('does a repeat of one Idempotency-Key once and answers the same', async () => {
    const request = { method: 'POST' as const, path, as: {}, body: sample, headers: { 'idempotency-key': 'once' } };
    const [first, ...others] = await Promise.all([1, 2, 3].map(() => directory.ask<Organisation>(request)));
    for (const other of [...others, await directory.ask<Organisation>(request)]) {
      expect(other).toMatchObject({ status: 201, etag: '"1"', body: first?.body });
    }
    expect(await directory.entriesOf(first?.body.id ?? '')).toHaveLength(1);
  });

  it('refuses a key that was used for another request', async () => {
    const headers = { 'idempotency-key': 'reused' };
    await directory.ask({ method: 'POST', path, as: {}, body: sample, headers });
    const again = await directory.ask({ method: 'POST', path, as: {}, body: { ...sample, name: 'Other' }, headers });
    expect(again).toMatchObject({ status: 422, body: { type: '/problems/idempotency-key-reused' } });
  });

  it.each([
    ['a kind that cannot be created', { ...sample, kind: 'police' }, '#/kind'],
    ['no name', { kind: 'ngo' }, '#/name'],
    ['a field it does not know', { ...sample, owner: 'me' }, '#/owner'],
  ])('refuses %s and points to it', async (_what, body, pointer) => {
    const answer = await directory.ask({ method: 'POST', path, as: {}, body });
    expect(answer).toMatchObject({ status: 422, body: { type: '/problems/invalid-field', errors: [{ pointer }] } });
  });

  it('is for administrators with a token that writes', async () => {
    expect(await directory.ask({ method: 'POST', path, body: sample })).toMatchObject({ status: 401 });
    for (const role of ['migration-service', 'facility', 'supervisor', 'auditor', 'service'] as const)
      expect(await directory.ask({ method: 'POST', path, as: { role }, body: sample })).toMatchObject({ status: 403 });
    const narrow = { scopes: ['directory:read'] };
    expect(await directory.ask({ method: 'POST', path, as: narrow, body: sample })).toMatchObject({ status: 403 });
  });
});

describe('GET /v1/organisations/{id}', () => {
  it('gives an organisation to every client that reads the directory', async () => {
    const id = await directory.organisation('Шуғнон');
    for (const role of [
      'migration-service',
      'facility',
      'supervisor',
      'directory-admin',
      'auditor',
      'service',
    ] as const)
      expect(await directory.ask({ path: `${path}/${id}`, as: { role } })).toMatchObject({
        status: 200,
        etag: '"1"',
        body: { id, name: 'Шуғнон' },
      });
  });

  it('answers not-found for what is not there', async () => {
    expect(await directory.ask({ path: `${path}/${strangeId}`, as: {} })).toMatchObject({
      status: 404,
      body: { type: '/problems/not-found' },
    });
  });

  it('refuses an id that is none, and a caller without a token', async () => {
    expect(await directory.ask({ path: `${path}/1`, as: {} })).toMatchObject({ status: 422 });
    expect(await directory.ask({ path: `${path}/${strangeId}` })).toMatchObject({ status: 401 });
  });
});

describe('GET /v1/organisations', () => {
  it('gives every organisation once, page after page, in the order of recording, however many are added meanwhile', async () => {
    const ids = [];
    for (let count = 0; count < 5; count += 1) ids.push(await directory.organisation(`No. ${count}`));
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? 'limit=2' : `limit=2&cursor=${cursor}`;
      const answer = await directory.ask<{ items: Organisation[]; next: string | null }>({
        path: `${path}?${query}`,
        as: {},
      });
      expect(answer.status).toBe(200);
      seen.push(...answer.body.items.map(({ id }) => id));
      cursor = answer.body.next;
      if (seen.length === 2) await directory.organisation('late');
    }
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(seen).toEqual(expect.arrayContaining(ids));
  });

  it('refuses a cursor that it has not given', async () => {
    expect(await directory.ask({ path: `${path}?cursor=WzFd`, as: {} })).toMatchObject({
      status: 422,
      body: { type: '/problems/cursor-invalid' },
    });
  });
});
