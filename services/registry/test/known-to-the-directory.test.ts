import type { IntakeRowError } from '@rohnamo/contracts';
import { refused, type ServiceClient } from '@rohnamo/service-kit';
import { aBeneficiary, aConsent } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDirectory } from '../src/directory.ts';
import { nobody, recipient, testRegistry, type TestRegistry } from './registry.ts';

const place = (id: string) => ({
  id,
  version: 1,
  level: 2,
  parentId: null,
  name: { tg: id },
  formerNames: [],
  location: null,
});

/** A directory of some districts and one organisation, as it answers; `isAway`: it does not. */
function fakeDirectory() {
  const told = { districts: ['TJK003D010', 'TJK003D027'], isAway: false, calls: [] as string[] };
  const answerTo = (path: string): unknown => {
    told.calls.push(path);
    if (told.isAway) throw refused('dependency-unavailable');
    const { pathname, searchParams } = new URL(path, 'http://directory');
    if (pathname === '/v1/places') {
      const from = Number(searchParams.get('cursor') ?? 0); // one a page
      const next = from + 1 < told.districts.length ? String(from + 1) : null;
      return { items: told.districts.slice(from, from + 1).map(place), next };
    }
    if (pathname !== `/v1/organisations/${recipient}`) throw refused('not-found');
    return { id: recipient, version: 1, kind: 'health-provider', name: 'Kulob (sample)' };
  };
  const client: ServiceClient = {
    call: async ({ path, answer }) => answer.parse(answerTo(path)),
    close: () => Promise.resolve(),
  };
  return { told, client };
}

let time = 0;
const fake = fakeDirectory();
let registry: TestRegistry;
beforeAll(async () => {
  registry = await testRegistry({ directory: createDirectory({ client: fake.client, now: () => time }) });
});
afterAll(() => registry.stop());

const register = (districtId: string) =>
  registry.post('/v1/beneficiaries', { body: { ...aBeneficiary(), districtId } });
const refusedAt = (pointer: string) => ({ status: 422, body: { errors: [{ pointer }] } });

describe('a district', () => {
  it('that the directory does not have is refused, of a person and in a row', async () => {
    expect(await register('TJK003D010')).toMatchObject({ status: 201 });
    expect(await register('TJK999')).toMatchObject(refusedAt('#/districtId'));
    const { id } = await registry.register();
    const patch = { body: { districtId: 'TJK999' }, headers: { 'if-match': '"1"' } };
    expect(await registry.patch(`/v1/beneficiaries/${id}`, patch)).toMatchObject(refusedAt('#/districtId'));
    const rows = 'external_id,given_name,family_name,district_id\na1,A,B,TJK003D027\na2,A,B,TJK999\n';
    const batch = await registry.finished(await registry.push(rows));
    expect(batch.rows).toMatchObject({ registered: 1, refused: 1 });
    const { items } = (await registry.get(`/v1/intake-batches/${batch.id}/errors`)).body as { items: IntakeRowError[] };
    expect(items).toMatchObject([{ row: 3, field: 'district_id' }]);
  });

  it('that was imported is known some seconds later', async () => {
    fake.told.districts.push('TJK003D099');
    time += 5000;
    expect(await register('TJK003D099')).toMatchObject({ status: 201 });
  });

  it('is looked up in what was read last while the directory is away, and is taken where nothing was read: no row is lost', async () => {
    fake.told.isAway = true;
    time += 5000;
    expect(await register('TJK003D010')).toMatchObject({ status: 201 });
    expect(await register('TJK999')).toMatchObject(refusedAt('#/districtId'));
    const neverRead = createDirectory({ client: fake.client, now: () => time });
    expect(await neverRead.districts()).toBe(null);
    expect(await neverRead.hasOrganisation(nobody)).toBe(true);
    fake.told.isAway = false;
  });

  it('is looked up nowhere where no place was imported', async () => {
    const empty = fakeDirectory();
    empty.told.districts.length = 0;
    expect(await createDirectory({ client: empty.client, now: () => 0 }).districts()).toBe(null);
  });

  it('is asked for once, however many ask', async () => {
    const other = fakeDirectory();
    const directory = createDirectory({ client: other.client, now: () => 0 });
    await Promise.all(Array.from({ length: 20 }, () => directory.districts()));
    await directory.districts();
    expect(other.told.calls).toHaveLength(other.told.districts.length);
  });
});

describe('the recipient of a consent', () => {
  it('is an organisation that the directory has', async () => {
    const { id } = await registry.register();
    const path = `/v1/beneficiaries/${id}/consents`;
    expect((await registry.post(path, { body: aConsent(recipient) })).status).toBe(201);
    expect(await registry.post(path, { body: aConsent(nobody) })).toMatchObject(refusedAt('#/recipientOrganisationId'));
  });

  it('that was found once is not asked for again', async () => {
    const asked = fake.told.calls.filter((path) => path.includes(recipient)).length;
    const { id } = await registry.register();
    await registry.consent(id);
    expect(fake.told.calls.filter((path) => path.includes(recipient))).toHaveLength(asked);
  });
});
