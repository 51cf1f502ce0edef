import { type FacilityFound, haversineKm } from '@rohnamo/contracts';
import { createPool } from '@rohnamo/service-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { searchStatement } from '../src/search/statement.ts';
import { type RunningDirectory, runningDirectory } from './running-directory.ts';

let directory: RunningDirectory;
let organisationId: string;
beforeAll(async () => {
  directory = await runningDirectory();
  organisationId = await directory.organisation();
});
afterAll(() => directory.stop());

const dushanbe = { latitude: 38.53575, longitude: 68.77905 };
const khujand = { latitude: 40.28256, longitude: 69.62216 };
const khorugh = { latitude: 37.48974, longitude: 71.55304 };
const at = ({ latitude, longitude }: typeof dushanbe) => `${latitude},${longitude}`;
const ids = ({ items }: { items: FacilityFound[] }) => items.map(({ id }) => id);
const refusalOf = (query: string) =>
  directory.ask<{ type: string; errors?: object[] }>({ path: `/v1/facilities?${query}` });

/** Every page of a search. */
async function pagesOf(query: Record<string, string>): Promise<FacilityFound[][]> {
  const pages: FacilityFound[][] = [];
  let cursor: string | null = null;
  do {
    const page = await directory.search({ ...query, ...(cursor === null ? {} : { cursor }) });
    pages.push(page.items);
    cursor = page.next;
  } while (cursor !== null);
  return pages;
}

describe('GET /v1/facilities near a point', () => {
  /** Facilities of one test are told apart by the district: none is imported, so any is taken. */
  let district: string;
  let count = 0;
  beforeEach(() => {
    district = `T${(count += 1)}`;
  });
  const facilityAt = (location: typeof dushanbe) =>
    directory.facility(organisationId, { location, districtId: district });

  it('gives the nearest first, with its great-circle distance, to anybody', async () => {
    const [far, near, middle] = [await facilityAt(khorugh), await facilityAt(dushanbe), await facilityAt(khujand)];
    const { items } = await directory.search({ near: at(dushanbe), district });
    expect(items.map(({ id }) => id)).toEqual([near, middle, far]);
    expect(items.map(({ distanceKm }) => distanceKm)).toEqual([0, 207.3, 269.406]);
  });

  it('gives only what lies within the radius', async () => {
    const [near, middle] = [await facilityAt(dushanbe), await facilityAt(khujand)];
    expect(ids(await directory.search({ near: at(dushanbe), district, radiusKm: '207' }))).toEqual([near]);
    expect(ids(await directory.search({ near: at(dushanbe), district, radiusKm: '207.4' }))).toEqual([near, middle]);
    expect(ids(await directory.search({ near: '0,0', district }))).toEqual([]);
  });

  it('finds across the antimeridian and over the pole', async () => {
    const east = await facilityAt({ latitude: 10, longitude: 179.99 });
    expect(ids(await directory.search({ near: '10,-179.99', district, radiusKm: '5' }))).toEqual([east]);
    const pole = await facilityAt({ latitude: 89.99, longitude: 0 });
    expect(ids(await directory.search({ near: '89.99,180', district, radiusKm: '5' }))).toEqual([pole]);
  });

  it('gives facilities at one and the same point once each, page after page', async () => {
    const made = [];
    for (let index = 0; index < 7; index += 1) made.push(await facilityAt(dushanbe));
    const pages = await pagesOf({ near: at(dushanbe), district, limit: '3' });
    expect(pages.map(({ length }) => length)).toEqual([3, 3, 1]);
    expect(pages.flat().map(({ id }) => id)).toEqual(made);
  });

  it('goes on after what was given, whatever is recorded nearer or farther meanwhile', async () => {
    const [first, second, fourth] = [
      await facilityAt(dushanbe),
      await facilityAt({ ...dushanbe, latitude: 38.6 }),
      await facilityAt(khujand),
    ];
    const page = await directory.search({ near: at(dushanbe), district, limit: '2' });
    expect(ids(page)).toEqual([first, second]);
    await facilityAt({ ...dushanbe, latitude: 38.55 });
    const third = await facilityAt({ ...dushanbe, latitude: 39 });
    expect(ids(await directory.search({ near: at(dushanbe), district, limit: '2', cursor: page.next ?? '' }))).toEqual([
      third,
      fourth,
    ]);
  });

  it.each([
    ['near=38.5', 'near'],
    ['near=38.5,abc', 'near'],
    ['near=91,0', 'near'],
    ['near=0,181', 'near'],
    ['near=38.5,68.7&near=1,1', 'near'],
    ['near=38.5,68.7&radiusKm=0', 'radiusKm'],
    ['near=38.5,68.7&radiusKm=1001', 'radiusKm'],
    ['radiusKm=10', 'radiusKm'],
    ['limit=201', 'limit'],
    ['service=Injury%20care', 'service'],
    ['kind=bakery', 'kind'],
    ['language=fr', 'language'],
    ['wheelchair=yes', 'wheelchair'],
    ["name='", 'name'],
    ['person=1', 'person'],
  ])('refuses ?%s and names the parameter', async (query, parameter) => {
    expect(await refusalOf(query)).toMatchObject({
      status: 422,
      body: { type: '/problems/invalid-field', errors: [{ parameter, in: 'query' }] },
    });
  });

  it('refuses a cursor that it has not given, or has given for another search', async () => {
    for (let index = 0; index < 2; index += 1) await facilityAt(dushanbe);
    const { next } = await directory.search({ near: at(dushanbe), district, limit: '1' });
    const refused = { status: 422, body: { type: '/problems/cursor-invalid' } };
    expect(await refusalOf(`near=${at(dushanbe)}&district=${district}&limit=2&cursor=${next}`)).toMatchObject({
      status: 200,
    });
    expect(await refusalOf(`near=${at(khujand)}&district=${district}&cursor=${next}`)).toMatchObject(refused);
    expect(await refusalOf(`district=${district}&cursor=${next}`)).toMatchObject(refused);
    expect(await refusalOf(`cursor=${next?.slice(1)}`)).toMatchObject(refused);
  });
});

describe('GET /v1/facilities with filters', () => {
  const wanted = { languages: ['tg' as const, 'ky' as const], districtId: 'F1' };

  it('gives facilities with what they offer, in the order in which they were recorded', async () => {
    const districtId = 'F0';
    const [one, other] = [
      await directory.facility(organisationId, { districtId }),
      await directory.facility(organisationId, { districtId }),
    ];
    for (const service of ['tb', 'injury-care']) await directory.offering(other, { service });
    const { items, next } = await directory.search({ district: districtId });
    expect(items).toMatchObject([
      { id: one, distanceKm: null, offerings: [] },
      { id: other, distanceKm: null, offerings: [{ service: 'injury-care' }, { service: 'tb', facilityId: other }] },
    ]);
    expect(next).toBeNull();
    expect((await pagesOf({ district: districtId, limit: '1' })).flat().map(({ id }) => id)).toEqual([one, other]);
  });

  it('finds by service, except where that is closed', async () => {
    const [open, full, closed, none] = [
      await directory.facility(organisationId),
      await directory.facility(organisationId),
      await directory.facility(organisationId),
      await directory.facility(organisationId),
    ];
    await directory.offering(open, { service: 'prosthetics' });
    await directory.offering(full, { service: 'prosthetics', capacity: 'full' });
    await directory.offering(closed, { service: 'prosthetics', capacity: 'closed' });
    await directory.offering(none, { service: 'mhpss' });
    for (const near of [{}, { near: at(dushanbe) }])
      expect(ids(await directory.search({ service: 'prosthetics', ...near })).sort()).toEqual([open, full]);
  });

  it('finds by kind, district, language, wheelchair and all of them together', async () => {
    const id = await directory.facility(organisationId, { ...wanted, kind: 'legal-aid', wheelchairAccess: true });
    await directory.facility(organisationId, { ...wanted, kind: 'legal-aid' });
    await directory.facility(organisationId, { kind: 'legal-aid', wheelchairAccess: true });
    const filters = { kind: 'legal-aid', district: 'F1', language: 'ky', wheelchair: 'true' };
    expect(ids(await directory.search(filters))).toEqual([id]);
    expect(ids(await directory.search({ ...filters, near: at(dushanbe) }))).toEqual([id]);
    expect((await directory.search({ ...filters, wheelchair: 'false' })).items).toHaveLength(2);
  });

  it('finds the language of the service asked for, where the facility itself does not speak it', async () => {
    const id = await directory.facility(organisationId);
    await directory.offering(id, { service: 'interpreting', languages: ['isk'] });
    expect(ids(await directory.search({ service: 'interpreting', language: 'isk' }))).toEqual([id]);
    expect(ids(await directory.search({ language: 'isk' }))).toEqual([]);
    expect(ids(await directory.search({ service: 'interpreting', language: 'wbl' }))).toEqual([]);
  });

  it('finds a name in whatever script and spelling', async () => {
    const id = await directory.facility(organisationId, { name: { tg: 'Беморхонаи марказии Шуғнон' } });
    for (const name of ['Шуғнон', 'Shughnon', 'Shugnan', 'Шугнан', 'шугн', 'bemorkhonai Shugnan']) {
      expect(ids(await directory.search({ name })), name).toEqual([id]);
      expect(ids(await directory.search({ name, near: at(khorugh) })), name).toEqual([id]);
    }
    expect(ids(await directory.search({ name: 'Рӯшон' }))).toEqual([]);
  });

  it('finds a facility by its new name once it is renamed', async () => {
    const id = await directory.facility(organisationId, { name: { tg: 'Сарбанд' } });
    const change = { method: 'PATCH' as const, path: `/v1/facilities/${id}`, as: {}, headers: { 'if-match': '*' } };
    await directory.ask({ ...change, body: { name: { tg: 'Левакант' } } });
    expect(ids(await directory.search({ name: 'Levakant' }))).toEqual([id]);
    expect(ids(await directory.search({ name: 'Sarband' }))).toEqual([]);
  });

  it('tells at once of each change to what it has told before: of the facility, of what it offers, and that it is closed', async () => {
    const district = 'F2';
    const id = await directory.facility(organisationId, { districtId: district });
    const found = async () => (await directory.search({ district, near: at(dushanbe) })).items[0];
    const change = (path: string, body: object) =>
      directory.ask({ method: 'PATCH', path, as: {}, headers: { 'if-match': '*' }, body });
    expect(await found()).toMatchObject({ id, wheelchairAccess: false, offerings: [] });
    const offeringId = await directory.offering(id, { service: 'tb', capacity: 'open' });
    expect(await found()).toMatchObject({ offerings: [{ id: offeringId, capacity: 'open' }] });
    await change(`/v1/offerings/${offeringId}`, { capacity: 'full' });
    expect(await found()).toMatchObject({ offerings: [{ id: offeringId, capacity: 'full' }] });
    await change(`/v1/facilities/${id}`, { wheelchairAccess: true });
    expect(await found()).toMatchObject({ id, wheelchairAccess: true, offerings: [{ capacity: 'full' }] });
    await change(`/v1/facilities/${id}`, { status: 'suspended' });
    expect(await found()).toBeUndefined();
  });

  it.each(['suspended', 'closed'] as const)('gives no facility that is %s', async (status) => {
    await directory.facility(organisationId, { districtId: `F-${status}`, status });
    expect(ids(await directory.search({ district: `F-${status}` }))).toEqual([]);
    expect(ids(await directory.search({ district: `F-${status}`, near: at(dushanbe) }))).toEqual([]);
  });
});

describe('the distance search over many facilities', () => {
  const total = 6000;
  const centre = { latitude: 38.5, longitude: 68.8 };
  let crowded: RunningDirectory;
  let facilities: { id: string; latitude: number; longitude: number; kind: string }[];

  beforeAll(async () => {
    crowded = await runningDirectory();
    await crowded.pool.query(
      `insert into facility (id, version, organisation_id, kind, name, name_beginnings, latitude, longitude, location_confidential,
         languages, wheelchair_access, desks, status)
       select gen_random_uuid(), 1, gen_random_uuid(), case when n % 20 = 7 then 'legal-aid' when n % 2 = 0 then 'health-house' else 'shelter' end,
         '{"tg":"Х"}', '{h}', 36.7 + random() * 4.3, 67.4 + random() * 7.7, n % 50 = 0, '{tg}', false, '[]', 'open'
       from generate_series(1, $1::int) n`,
      [total],
    );
    await crowded.pool.query(
      `insert into offering (id, version, facility_id, service, pyramid_layer, languages, staff_women, staff_men, walk_ins, capacity, verified_at)
       select gen_random_uuid(), 1, f.id, s, 1, '{tg}', false, false, false, 'open', now()
       from facility f, unnest('{legal-help,injury-care,training}'::text[]) s where s <> 'legal-help' or f.kind = 'legal-aid'`,
    );
    ({ rows: facilities } = await crowded.pool.query(
      'select id, latitude, longitude, kind from facility where not location_confidential',
    ));
  });
  afterAll(() => crowded.stop());

  const nearestTo = (kept: (facility: (typeof facilities)[number]) => boolean, point = centre) =>
    facilities
      .filter(kept)
      .map((facility) => ({ id: facility.id, km: haversineKm(point, facility) }))
      .sort((a, b) => a.km - b.km);

  it.each([
    ['of all', {}, () => true],
    ['of one kind, which are many', { kind: 'health-house' }, ({ kind }: { kind: string }) => kind === 'health-house'],
    [
      'of one kind, around another point',
      { kind: 'shelter', near: '41.2,67' },
      ({ kind }: { kind: string }) => kind === 'shelter',
    ],
  ])('gives the true order %s, three pages on', async (_what, query, kept) => {
    const [latitude = 0, longitude = 0] = ('near' in query ? query.near : at(centre)).split(',').map(Number);
    const expected = nearestTo(kept, { latitude, longitude });
    const found: FacilityFound[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < 3 && (page === 0 || cursor !== null); page += 1) {
      const answer = await crowded.search({
        near: at(centre),
        limit: '200',
        ...query,
        ...(cursor === null ? {} : { cursor }),
      });
      found.push(...answer.items);
      cursor = answer.next;
    }
    expect(found.map(({ id }) => id)).toEqual(expected.slice(0, 600).map(({ id }) => id));
    for (const [index, { distanceKm }] of found.entries()) expect(distanceKm).toBeCloseTo(expected[index]?.km ?? 0, 2);
  });

  it.each([
    ['near a point', {}, 'facility_listed_by_point'],
    ['of a kind, near a point', { kind: 'shelter' as const }, 'facility_listed_by_point'],
    ['by name, near a point', { name: 'Кӯлоб' }, 'facility_listed_by_name'],
    ['by service, near a point', { service: 'legal-help' }, 'offering_by_service'],
  ])('reads an index: %s', async (_what, filters, index) => {
    const owner = createPool(crowded.ownerUrl, { applicationName: 'directory test owner', max: 1 });
    await owner.query('analyze');
    await owner.end();
    const { text, values } = searchStatement({ near: centre, limit: 50, ...filters }, null);
    const { rows } = await crowded.pool.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain(index);
  });

  it('gives everything within the radius and nothing beyond', async () => {
    const expected = nearestTo(() => true).filter(({ km }) => km <= 25);
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const query = { near: at(centre), radiusKm: '25', limit: '20', ...(cursor === null ? {} : { cursor }) };
      const answer: { items: FacilityFound[]; next: string | null } = await crowded.search(query);
      found.push(...ids(answer));
      cursor = answer.next;
    } while (cursor !== null);
    expect(found).toEqual(expected.map(({ id }) => id));
  });
});
