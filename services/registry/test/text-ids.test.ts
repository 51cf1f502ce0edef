import type { Beneficiary, IntakeBatch } from '@rohnamo/contracts';
import { aBeneficiary } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fold } from '../src/fold.ts';
import { other, ownOrganisation, testRegistry, type TestRegistry } from './registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await testRegistry({ config: { INTAKE_CHUNK_ROWS: '2' } });
});
afterAll(() => registry.stop());

const csv = (...ids: string[]) => ['external_id,given_name,family_name', ...ids.map((id) => `${id},A,B`)].join('\n');
const upload = (sourceSystem: string, body: string, query = '') =>
  registry.post(`/v1/intake-batches?sourceSystem=${encodeURIComponent(sourceSystem)}${query}`, {
    body,
    headers: { 'content-type': 'text/csv' },
  });
const pushed = async (sourceSystem: string, ...ids: string[]): Promise<IntakeBatch['rows']> =>
  (await registry.finished(await upload(sourceSystem, csv(...ids), '&confirmNewSource=true'))).rows;
const lookup = async (sourceSystem: string, externalId: string) =>
  registry.post('/v1/beneficiaries/lookup', { body: { sourceSystem, externalId } });

// U+FDD0 and U+FDD1, which no text may hold, stand for two letters while the database folds.
it('text is folded by the database as it is here, but for letters that its Unicode does not know yet', async () => {
  const { rows } = await registry.pool.query<{ code: number; folded: string }>(
    `select code, fold_text(chr(code)) as folded from generate_series(1, 1114111) code
       where code not between 55296 and 57343 and code not in (64976, 64977) and (fold_text(chr(code)) <> chr(code) or code < 131072)`,
  );
  const differing = rows.filter(
    ({ code, folded }) =>
      folded !== fold(String.fromCodePoint(code)) && folded !== String.fromCodePoint(code).normalize('NFC'),
  );
  expect(differing.map(({ code, folded }) => [code.toString(16), folded])).toEqual([]);
  const changed = new Set(rows.map(({ code }) => code));
  for (let code = 131_072; code <= 0x10ffff; code += 1) {
    const character = String.fromCodePoint(code);
    if (!changed.has(code) && fold(character) !== character) expect.fail(`the database leaves U+${code.toString(16)}`);
  }
  const { rows: texts } = await registry.pool.query<{ folded: string }>('select fold_text($1) as folded', [
    ' Й\u0438\u0306Σς ß ',
  ]);
  expect(texts[0]?.folded).toBe(fold(' Й\u0438\u0306Σς ß '));
});

describe('an external identity', () => {
  it('is the same in any case and normal form, in files, look-ups and registrations', async () => {
    expect(await pushed('Office-Й', 'AB-1')).toMatchObject({ registered: 1 });
    expect(await pushed('office-\u0438\u0306', 'ab-1')).toMatchObject({ registered: 0, unchanged: 1 });
    const found = await lookup('OFFICE-й', 'Ab-1');
    expect(found).toMatchObject({ status: 200, body: { external: { sourceSystem: 'Office-Й', externalId: 'AB-1' } } });
    const body = aBeneficiary({ external: { sourceSystem: 'office-й', externalId: 'aB-1' } });
    expect(await registry.post('/v1/beneficiaries', { body })).toMatchObject({
      status: 409,
      body: { id: (found.body as Beneficiary).id },
    });
  });

  it('is another with another letter of Turkish', async () => {
    expect(await pushed('turkish', 'mg-i1', 'MG-I1', 'mg-ı1', 'MG-İ1', 'mg-I\u03071')).toMatchObject({
      registered: 3,
      unchanged: 2,
    });
    const ids = await Promise.all(
      ['MG-i1', 'MG-ı1', 'mg-İ1'].map(async (id) => ((await lookup('turkish', id)).body as Beneficiary).external),
    );
    expect(ids.map((external) => external?.externalId)).toEqual(['mg-i1', 'mg-ı1', 'MG-İ1']);
  });

  it('in two spellings in one file is one person', async () => {
    expect(await pushed('spelt', 'x1', 'X1', 'x2', 'X1')).toMatchObject({ registered: 2, unchanged: 2, updated: 0 });
  });

  it('in two spellings at the same time is registered once', async () => {
    const ids = ['r-1', 'R-1', 'r-1', 'R-1'];
    const answers = await Promise.all(
      ids.map((externalId) =>
        registry.post('/v1/beneficiaries', { body: aBeneficiary({ external: { sourceSystem: 'race', externalId } }) }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409]);
  });

  it('of two who were registered before stays that of each, and the two are listed', async () => {
    const [first, second] = [
      await registry.register({ external: { sourceSystem: 'before', externalId: 'k-1' } }),
      await registry.register({ external: { sourceSystem: 'before', externalId: 'k-2' } }),
    ];
    await registry.pool.query("update beneficiary set is_kept_apart = true, external_id = 'K-1' where id = $1", [
      second.id,
    ]);
    const of = async (id: string) => ((await lookup('Before', id)).body as Beneficiary).id;
    const exactly = ((await lookup('before', 'K-1')).body as Beneficiary).id;
    expect([await of('k-1'), exactly]).toEqual([first.id, second.id]);
    const { body } = await registry.get('/v1/coinciding-identities');
    expect(body).toMatchObject({
      items: [{ beneficiaryId: second.id, coincidesWith: { beneficiaryId: first.id } }],
      next: null,
    });
    expect((await registry.get('/v1/coinciding-identities', { as: other })).body).toMatchObject({ items: [] });
  });
});

describe('a source system that was never seen before', () => {
  it('is refused before anything is kept, with those that are like it, until it is confirmed', async () => {
    expect((await upload('migration-office', csv('1'), '&confirmNewSource=true')).status).toBe(202);
    for (const spelling of ['migration_office', 'migratoin-office', 'mіgration-office' /* a Cyrillic і */]) {
      expect(await upload(spelling, csv('1'))).toMatchObject({
        status: 422,
        body: { type: '/problems/unknown-source-system', similar: ['migration-office'] },
      });
    }
    expect((await upload('Migration-OFFICE', csv('1'))).status).toBe(202);
    const far = (await upload('border-post-7', csv('1'))).body as { similar: string[]; detail: string };
    expect(far.similar).toEqual([]);
    expect(far.detail).toContain('confirmNewSource=true');
    const { rows } = await registry.pool.query<{ name: string }>(
      "select source_system as name from intake_batch where organisation_id = $1 and source_system like 'b%'",
      [ownOrganisation],
    );
    expect(rows).toEqual([]);
  });

  it('may be made known beforehand, once in whatever case, with the same warning', async () => {
    const register = (sourceSystem: string, more: object = {}) =>
      registry.post('/v1/source-systems', { body: { sourceSystem, ...more } });
    const made = await register('Labour-Office-7');
    expect(made).toMatchObject({ status: 201, body: { sourceSystem: 'Labour-Office-7' } });
    expect((await upload('labour-office-7', csv('1'))).status).toBe(202);
    expect(await register(' LABOUR-office-7')).toMatchObject({ status: 200, body: made.body });
    expect(await register('labour_office-7')).toMatchObject({
      status: 422,
      body: { type: '/problems/unknown-source-system', similar: ['Labour-Office-7'] },
    });
    expect(await register('labour_office-7', { confirmNewSource: true })).toMatchObject({ status: 201 });
    const { body } = await registry.get('/v1/source-systems');
    expect((body as { items: { sourceSystem: string }[] }).items.map(({ sourceSystem }) => sourceSystem)).toEqual([
      'Labour-Office-7',
      'labour_office-7',
    ]);
    expect((await registry.get('/v1/source-systems', { as: other })).body).toEqual({ items: [], next: null });
    expect(await upload('labour-office-8', csv('1'))).toMatchObject({ status: 422 });
  });

  it('is made known by a key of its own: one that was used for another is refused, whether or not the name is known', async () => {
    const register = (sourceSystem: string, key: string) =>
      registry.post('/v1/source-systems', { body: { sourceSystem }, headers: { 'idempotency-key': key } });
    const made = await register('keyed-alpha', 'first');
    expect(await register('keyed-alpha', 'first')).toMatchObject({ status: 200, body: made.body });
    expect(await register('keyed-alpha', 'second')).toMatchObject({ status: 200, body: made.body });
    expect((await register('another-one-beta', 'third')).status).toBe(201);
    for (const name of ['keyed-alpha', 'never-heard-gamma'])
      expect(await register(name, 'third')).toMatchObject({
        status: 422,
        body: { type: '/problems/idempotency-key-reused' },
      });
  });

  it('that several make known at the same time is one', async () => {
    const answers = await Promise.all(
      ['race-office', 'Race-Office', 'race-office'].map((sourceSystem) =>
        registry.post('/v1/source-systems', { body: { sourceSystem } }),
      ),
    );
    expect(new Set(answers.map(({ body }) => (body as { id: string }).id)).size).toBe(1);
  });

  it('is known by the organisation that pushed from it alone', async () => {
    await upload('known-to-one', csv('1'), '&confirmNewSource=true');
    const answer = await registry.post('/v1/intake-batches?sourceSystem=known-to-one', {
      as: other,
      body: csv('1'),
      headers: { 'content-type': 'text/csv' },
    });
    expect(answer).toMatchObject({ status: 422, body: { similar: [] } });
  });
});
