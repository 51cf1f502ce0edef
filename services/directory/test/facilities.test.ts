import type { Facility } from '@rohnamo/contracts';
import { aFacility } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningDirectory, runningDirectory, strangeId } from './running-directory.ts';

let directory: RunningDirectory;
let organisationId: string;
beforeAll(async () => {
  directory = await runningDirectory();
  organisationId = await directory.organisation();
});
afterAll(() => directory.stop());

const path = '/v1/facilities';
const secretPlace = { locationConfidential: true, address: 'Rudaki 1', kind: 'shelter' as const };
const patch = (id: string, body: unknown, etag: string | null = '*') =>
  directory.ask<Facility>({
    method: 'PATCH',
    path: `${path}/${id}`,
    as: {},
    body,
    headers: etag === null ? {} : { 'if-match': etag },
  });

describe('POST /v1/facilities', () => {
  it('records a facility, with what was not said at its default', async () => {
    const made = await directory.ask<Facility>({ method: 'POST', path, as: {}, body: aFacility(organisationId) });
    expect(made).toMatchObject({
      status: 201,
      etag: '"1"',
      body: {
        ...aFacility(organisationId),
        version: 1,
        address: null,
        languages: ['tg'],
        locationConfidential: false,
        wheelchairAccess: false,
        status: 'open',
      },
    });
    expect(made.headers['location']).toBe(`${path}/${made.body.id}`);
  });

  it('publishes the whole public record', async () => {
    const id = await directory.facility(organisationId, { address: 'Rudaki 1', wheelchairAccess: true });
    const { body } = await directory.ask<Facility>({ path: `${path}/${id}`, as: {} });
    const [entry] = await directory.entriesOf(id);
    expect(entry).toMatchObject({ type: 'facility.recorded.v1', version: '1', audience: organisationId });
    expect(entry?.data).toEqual(body);
  });

  it('does a repeat of one Idempotency-Key once and answers with the facility as it is now', async () => {
    const headers = { 'idempotency-key': 'facility-once' };
    const request = { method: 'POST' as const, path, as: {}, body: aFacility(organisationId), headers };
    const first = await directory.ask<Facility>(request);
    await patch(first.body.id, { status: 'suspended' });
    expect(await directory.ask(request)).toMatchObject({
      status: 201,
      etag: '"2"',
      body: { id: first.body.id, status: 'suspended' },
    });
    expect(await directory.ask({ ...request, body: aFacility(organisationId, { kind: 'shelter' }) })).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    });
  });

  it('refuses an organisation that is not in the directory', async () => {
    const answer = await directory.ask({ method: 'POST', path, as: {}, body: aFacility(strangeId) });
    expect(answer).toMatchObject({
      status: 422,
      body: { type: '/problems/unknown-organisation', errors: [{ pointer: '#/organisationId' }] },
    });
  });

  it('takes any district while no places are imported', async () => {
    const body = aFacility(organisationId, { districtId: 'TJK003D010' });
    expect(await directory.ask({ method: 'POST', path, as: {}, body })).toMatchObject({
      status: 201,
      body: { districtId: 'TJK003D010' },
    });
  });

  it.each([
    ['a place that is not on the earth', { location: { latitude: 91, longitude: 0 } }, '#/location/latitude'],
    ['a name in no language', { name: {} }, '#/name'],
    ['an id of its own', { id: strangeId }, '#/id'],
    ['a NUL in the name', { name: { en: 'a\0b' } }, '#/name/en'],
  ])('refuses %s', async (_what, other, pointer) => {
    const body = { ...aFacility(organisationId), ...other };
    const answer = await directory.ask({ method: 'POST', path, as: {}, body });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });

  it('is for administrators', async () => {
    const body = aFacility(organisationId);
    expect(await directory.ask({ method: 'POST', path, body })).toMatchObject({ status: 401 });
    expect(await directory.ask({ method: 'POST', path, as: { role: 'facility' }, body })).toMatchObject({
      status: 403,
    });
  });
});

describe('GET /v1/facilities/{id}', () => {
  it('gives a facility of any status to whoever reads the directory', async () => {
    const id = await directory.facility(organisationId, { status: 'closed' });
    const answer = await directory.ask({ path: `${path}/${id}`, as: { role: 'service' } });
    expect(answer).toMatchObject({ status: 200, etag: '"1"', body: { id, status: 'closed' } });
  });

  it('answers not-found for what is not there, and asks for a token', async () => {
    expect(await directory.ask({ path: `${path}/${strangeId}`, as: {} })).toMatchObject({ status: 404 });
    expect(await directory.ask({ path: `${path}/${strangeId}` })).toMatchObject({ status: 401 });
  });
});

describe('a confidential place', () => {
  it('is told to administrators and its own organisation, and to nobody else', async () => {
    const id = await directory.facility(organisationId, secretPlace);
    const seenAs = async (as: object) => (await directory.ask<Facility>({ path: `${path}/${id}`, as })).body;
    for (const as of [{}, { role: 'facility', organisationId }, { role: 'migration-service', organisationId }])
      expect(await seenAs(as)).toMatchObject({ address: 'Rudaki 1', location: { latitude: 37.91459 } });
    for (const role of ['facility', 'migration-service', 'supervisor', 'auditor', 'service'])
      expect(await seenAs({ role })).toMatchObject({ id, location: null, address: null, locationConfidential: true });
  });

  it('is in no event and no search', async () => {
    const id = await directory.facility(organisationId, { ...secretPlace, districtId: 'TJK003D099' });
    const [entry] = await directory.entriesOf(id);
    expect(entry?.data).toMatchObject({ location: null, address: null });
    expect(JSON.stringify(entry)).not.toMatch(/37\.91459|69\.78454|Rudaki/);
    for (const query of [
      { near: '37.91459,69.78454', radiusKm: '1' },
      { district: 'TJK003D099' },
      { name: 'Kulob' },
      { kind: 'shelter' },
      {},
    ])
      expect((await directory.search(query)).items.map((found) => found.id)).not.toContain(id);
  });

  it('leaves the search and the events when it becomes confidential', async () => {
    const id = await directory.facility(organisationId, { districtId: 'TJK003D098' });
    expect((await directory.search({ district: 'TJK003D098' })).items).toHaveLength(1);
    await patch(id, { locationConfidential: true });
    expect((await directory.search({ district: 'TJK003D098' })).items).toHaveLength(0);
    expect((await directory.entriesOf(id)).at(-1)?.data).toMatchObject({ version: 2, location: null });
  });
});

describe('PATCH /v1/facilities/{id}', () => {
  it('changes what was sent, leaves the rest, and publishes the next version', async () => {
    const id = await directory.facility(organisationId, { address: 'Rudaki 1', districtId: 'TJK003D010' });
    const change = { name: { ru: 'Центр здоровья' }, address: null, status: 'suspended', languages: ['tg', 'ru'] };
    const changed = await patch(id, change, '"1"');
    expect(changed).toMatchObject({
      status: 200,
      etag: '"2"',
      body: { ...change, kind: 'rural-health-centre', districtId: 'TJK003D010', location: { latitude: 37.91459 } },
    });
    expect(changed.body.name).toEqual({ ru: 'Центр здоровья' });
    expect((await directory.entriesOf(id)).map(({ data }) => data)).toMatchObject([{ version: 1 }, changed.body]);
    expect((await patch(id, { districtId: null }, '"2"')).body).not.toHaveProperty('districtId');
  });

  it('needs If-Match with the version of now', async () => {
    const id = await directory.facility(organisationId);
    expect(await patch(id, { status: 'closed' }, null)).toMatchObject({
      status: 428,
      body: { type: '/problems/precondition-required' },
    });
    await patch(id, { status: 'suspended' }, '"1"');
    expect(await patch(id, { status: 'closed' }, '"1"')).toMatchObject({
      status: 412,
      etag: '"2"',
      body: { type: '/problems/version-mismatch' },
    });
  });

  it('does a repeat of one Idempotency-Key once, though the version has moved on', async () => {
    const id = await directory.facility(organisationId);
    const request = {
      method: 'PATCH' as const,
      path: `${path}/${id}`,
      as: {},
      body: { status: 'closed' },
      headers: { 'if-match': '"1"', 'idempotency-key': 'close-it' },
    };
    expect(await directory.ask(request)).toMatchObject({ status: 200, etag: '"2"' });
    expect(await directory.ask(request)).toMatchObject({ status: 200, etag: '"2"', body: { status: 'closed' } });
    expect(await directory.ask({ ...request, body: { status: 'open' } })).toMatchObject({ status: 422 });
  });

  it('loses no change of many at once: each is a version, or is told of contention', async () => {
    const id = await directory.facility(organisationId);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, count) => patch(id, { address: `No. ${count}` })));
    const done = answers.filter(({ status }) => status === 200);
    for (const { status, body } of answers)
      if (status !== 200)
        expect({ status, body }).toMatchObject({ status: 409, body: { type: '/problems/contention' } });
    expect(done.length).toBeGreaterThan(0);
    const entries = await directory.entriesOf(id);
    expect(entries.map(({ version }) => Number(version))).toEqual(entries.map((_, index) => index + 1));
    expect(entries).toHaveLength(1 + done.length);
  });

  it('answers not-found for what is not there', async () => {
    expect(await patch(strangeId, { status: 'closed' })).toMatchObject({ status: 404 });
  });

  it('refuses what cannot be changed, and who may not change it', async () => {
    const id = await directory.facility(organisationId);
    expect(await patch(id, { organisationId: strangeId })).toMatchObject({ status: 422 });
    expect(await patch(id, { status: 'gone' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#/status' }] },
    });
    const as = { role: 'facility' as const, organisationId, facilityIds: [id] };
    const mine = { method: 'PATCH' as const, path: `${path}/${id}`, as, body: {}, headers: { 'if-match': '*' } };
    expect(await directory.ask(mine)).toMatchObject({ status: 403 });
  });
});
