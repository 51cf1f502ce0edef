import type { Offering } from '@rohnamo/contracts';
import { anOffering } from '@rohnamo/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningDirectory, runningDirectory, strangeId } from './running-directory.ts';

let directory: RunningDirectory;
let organisationId: string;
let facilityId: string;
beforeAll(async () => {
  directory = await runningDirectory();
  organisationId = await directory.organisation();
});
beforeEach(async () => {
  facilityId = await directory.facility(organisationId);
});
afterAll(() => directory.stop());

const add = (body: unknown, headers: Record<string, string> = {}, facility = facilityId) =>
  directory.ask<Offering>({ method: 'POST', path: `/v1/facilities/${facility}/offerings`, as: {}, body, headers });
const read = (id: string) => directory.ask<Offering>({ path: `/v1/offerings/${id}`, as: { role: 'service' } });
const patch = (
  id: string,
  body: unknown,
  { as = {}, headers = { 'if-match': '*' } }: { as?: object; headers?: object } = {},
) => directory.ask<Offering>({ method: 'PATCH', path: `/v1/offerings/${id}`, as, body, headers: { ...headers } });

describe('POST /v1/facilities/{id}/offerings', () => {
  it('records what a facility offers, heard of now, and publishes it whole', async () => {
    const asked = anOffering({
      hours: 'Mon to Fri 8:00 to 16:00',
      activityGroup: '7.1',
      placesPerWeek: 12,
      walkIns: true,
    });
    const made = await add(asked);
    expect(made).toMatchObject({
      status: 201,
      etag: '"1"',
      body: {
        ...asked,
        facilityId,
        version: 1,
        capacity: 'open',
        languages: ['tg'],
        verifiedAt: '2026-11-24T04:30:00.000Z',
      },
    });
    expect(made.headers['location']).toBe(`/v1/offerings/${made.body.id}`);
    const [entry] = await directory.entriesOf(made.body.id);
    expect(entry).toMatchObject({ type: 'offering.recorded.v1', audience: organisationId });
    expect(entry?.data).toEqual(made.body);
  });

  it('refuses a service that the facility offers already', async () => {
    await add(anOffering());
    expect(await add(anOffering({ hours: 'always' }))).toMatchObject({
      status: 409,
      body: { type: '/problems/already-exists' },
    });
    expect(await add(anOffering({ service: 'tb-diagnosis' }))).toMatchObject({ status: 201 });
  });

  it('records one of many at once for the same service', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => add(anOffering({ service: 'rehabilitation' }))));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(7);
  });

  it('does a repeat of one Idempotency-Key once', async () => {
    const key = { 'idempotency-key': 'offer-once' };
    const first = await add(anOffering(), key);
    expect(await add(anOffering(), key)).toMatchObject({ status: 201, body: { id: first.body.id } });
    expect(await add(anOffering({ pyramidLayer: 2 }), key)).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    });
  });

  it('answers not-found where there is no such facility', async () => {
    expect(await add(anOffering(), {}, strangeId)).toMatchObject({ status: 404 });
  });

  it.each([
    ['a service that is no code', { service: 'Injury care' }, '#/service'],
    ['a layer that there is not', { pyramidLayer: 5 }, '#/pyramidLayer'],
    ['an activity group that there is not', { activityGroup: '12' }, '#/activityGroup'],
  ])('refuses %s', async (_what, other, pointer) => {
    expect(await add(anOffering(other))).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });

  it('is for administrators', async () => {
    const as = { role: 'facility' as const, organisationId, facilityIds: [facilityId] };
    const path = `/v1/facilities/${facilityId}/offerings`;
    expect(await directory.ask({ method: 'POST', path, as, body: anOffering() })).toMatchObject({ status: 403 });
    expect(await directory.ask({ method: 'POST', path, body: anOffering() })).toMatchObject({ status: 401 });
  });
});

describe('GET /v1/facilities/{id}/offerings', () => {
  const list = (query: string, facility = facilityId) =>
    directory.ask<{ items: Offering[]; next: string | null }>({
      path: `/v1/facilities/${facility}/offerings${query}`,
      as: { role: 'migration-service' },
    });

  it('gives all that a facility offers, page after page', async () => {
    for (const service of ['tb', 'injury-care', 'mhpss']) await directory.offering(facilityId, { service });
    const first = await list('?limit=2');
    expect(first.body.items.map(({ service }) => service)).toEqual(['injury-care', 'mhpss']);
    const second = await list(`?limit=2&cursor=${first.body.next}`);
    expect(second.body).toMatchObject({ items: [{ service: 'tb' }], next: null });
  });

  it('answers not-found where there is no such facility, and refuses a cursor it has not given', async () => {
    expect(await list('', strangeId)).toMatchObject({ status: 404 });
    expect(await list('?cursor=abc')).toMatchObject({ status: 422, body: { type: '/problems/cursor-invalid' } });
  });
});

describe('GET /v1/offerings/{id}', () => {
  it('gives an offering to whoever reads the directory, our own services too', async () => {
    const id = await directory.offering(facilityId);
    expect(await read(id)).toMatchObject({
      status: 200,
      etag: '"1"',
      body: { id, facilityId, service: 'injury-care' },
    });
  });

  it('answers not-found for what is not there, and asks for a token', async () => {
    expect(await read(strangeId)).toMatchObject({ status: 404 });
    expect(await directory.ask({ path: `/v1/offerings/${strangeId}` })).toMatchObject({ status: 401 });
  });
});

describe('PATCH /v1/offerings/{id}', () => {
  const keeper = (id = facilityId) => ({ role: 'facility', organisationId, facilityIds: [id] });

  it('changes what was sent, takes away what is null, and notes when it was heard', async () => {
    const id = await directory.offering(facilityId, { hours: 'always', placesPerWeek: 3, cost: 'free' });
    directory.clock.now = new Date('2026-11-25T06:00:00.000Z');
    const changed = await patch(id, { capacity: 'waitlist', hours: null, placesPerWeek: 5 });
    expect(changed).toMatchObject({
      status: 200,
      etag: '"2"',
      body: { capacity: 'waitlist', placesPerWeek: 5, cost: 'free', verifiedAt: '2026-11-25T06:00:00.000Z' },
    });
    expect(changed.body).not.toHaveProperty('hours');
    expect((await directory.entriesOf(id)).at(-1)?.data).toEqual(changed.body);
    expect((await read(id)).body).toEqual(changed.body);
  });

  it('is open to a facility for its own offerings', async () => {
    const id = await directory.offering(facilityId);
    expect(await patch(id, { capacity: 'full' }, { as: keeper() })).toMatchObject({
      status: 200,
      body: { capacity: 'full' },
    });
    expect((await directory.entriesOf(id)).at(-1)?.actor).toMatchObject({ role: 'facility', organisationId });
  });

  it('knows no offering of another facility, even of the same organisation', async () => {
    const id = await directory.offering(await directory.facility(organisationId));
    expect(await patch(id, { capacity: 'full' }, { as: keeper() })).toMatchObject({ status: 404 });
    expect(await patch(strangeId, { capacity: 'full' }, { as: keeper() })).toMatchObject({ status: 404 });
    expect((await read(id)).etag).toBe('"1"');
  });

  it('knows it no more when the token no longer names the facility, not even for a repeat', async () => {
    const id = await directory.offering(facilityId);
    const headers = { 'if-match': '"1"', 'idempotency-key': 'keep-once' };
    const asked = { capacity: 'full' };
    expect(await patch(id, asked, { as: keeper(), headers })).toMatchObject({ status: 200, etag: '"2"' });
    expect(await patch(id, asked, { as: keeper(), headers })).toMatchObject({ status: 200, etag: '"2"' });
    expect(await patch(id, asked, { as: keeper(strangeId), headers })).toMatchObject({ status: 404 });
    expect(await patch(id, { capacity: 'open' }, { as: keeper(), headers })).toMatchObject({ status: 422 });
  });

  it('needs If-Match with the version of now', async () => {
    const id = await directory.offering(facilityId);
    expect(await patch(id, {}, { headers: {} })).toMatchObject({ status: 428 });
    expect(await patch(id, {}, { headers: { 'if-match': '"7"' } })).toMatchObject({ status: 412, etag: '"1"' });
  });

  it('loses no change of many at once: each is a version, or is told of contention', async () => {
    const id = await directory.offering(facilityId);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, count) => patch(id, { placesPerWeek: count })));
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].every((status) => status === 200 || status === 409)).toBe(true);
    expect(await directory.entriesOf(id)).toHaveLength(1 + answers.filter(({ status }) => status === 200).length);
  });

  it('refuses what cannot be changed, and who may not change it', async () => {
    const id = await directory.offering(facilityId);
    expect(await patch(id, { service: 'other' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#/service' }] },
    });
    expect(await patch(id, { capacity: 'huge' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#/capacity' }] },
    });
    expect(await patch(id, {}, { as: { role: 'migration-service' } })).toMatchObject({ status: 403 });
  });
});
