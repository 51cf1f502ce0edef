import type { IntakeRowError } from '@rohnamo/contracts';
import { aBeneficiary, aConsent } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recipient, testRegistry, type TestRegistry } from './registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await testRegistry({
    now: () => new Date('2026-11-24T06:00:00.000Z'),
    config: { CONSENT_TEXT_VERSIONS: '2026-01, 2026-02' },
  });
});
afterAll(() => registry.stop());

type Errors = { errors?: { pointer: string; detail: string }[] };
const wrongWith = async (path: string, body: unknown): Promise<string[]> => {
  const answer = await registry.post(path, { body });
  expect(answer.status).toBe(422);
  return ((answer.body as Errors).errors ?? []).map(({ pointer, detail }) => `${pointer} ${detail}`);
};
const rowErrors = async (file: string, type = 'text/csv'): Promise<IntakeRowError[]> => {
  const batch = await registry.finished(await registry.push(file, { headers: { 'content-type': type } }));
  return ((await registry.get(`/v1/intake-batches/${batch.id}/errors`)).body as { items: IntakeRowError[] }).items;
};

/** A field of a person, what is wrong in it, and what is said of that. */
const wrong: [field: string, column: string, value: string, said: string][] = [
  ['givenName', 'given_name', 'Али\u200B', 'must not hold the invisible character U+200B'],
  ['familyName', 'family_name', 'Кар\uFFFDмов', 'must not hold U+FFFD'],
  ['fatherName', 'father_name', '\u202Eилаҷ', 'must not hold the invisible character U+202E'],
  ['village', 'village', 'Во\u00ADрух', 'must not hold the invisible character U+00AD'],
  ['givenName', 'given_name', '---', 'must hold a letter'],
  ['familyName', 'family_name', '12', 'must hold a letter'],
  ['returnCountry', 'return_country', 'XK', 'must be a code that ISO 3166-1 alpha-2 assigns'],
  ['returnCountry', 'return_country', 'ZZ', 'must be a code that ISO 3166-1 alpha-2 assigns'],
  ['phone', 'phone', '+992600000001', 'number'],
  ['phone', 'phone', '+10000000000', 'number'],
  ['returnedOn', 'returned_on', '2026-11-25', 'must not lie in the future'],
  ['returnedOn', 'returned_on', '1993-12-31', 'must not lie before the birth date'],
  ['birthDate', 'birth_date', '2026-11-25', 'must not lie in the future'],
];

describe('a person', () => {
  it.each(wrong)(
    'with %s (%s) of %j is refused at every way in, by the name of the field',
    async (field, column, value, said) => {
      const person = { ...aBeneficiary(), birthDate: '1994-03-21', [field]: value };
      expect(await wrongWith('/v1/beneficiaries', person)).toEqual([expect.stringContaining(`#/${field} must`)]);
      expect((await wrongWith('/v1/beneficiaries', person)).join()).toContain(said);
      const cells: Record<string, string> = {
        external_id: 'x',
        given_name: 'Али',
        family_name: 'Каримов',
        birth_date: '1994-03-21',
        [column]: value,
      };
      const csv = `${Object.keys(cells).join()}\n${Object.values(cells).join()}\n`;
      for (const errors of [await rowErrors(csv), await rowErrors(JSON.stringify(cells), 'application/x-ndjson')])
        expect(errors).toEqual([
          expect.objectContaining({ field: column, problem: expect.stringContaining(said) as string }),
        ]);
    },
  );

  it('is kept in composed text, by whatever way it came: the same id names the same person', async () => {
    const decomposed = { givenName: 'И\u0306ома', external: { sourceSystem: 'office', externalId: 'И\u0306-1' } };
    const { id, givenName } = await registry.register(decomposed);
    expect(givenName).toBe('Йома');
    const batch = await registry.finished(
      await registry.push('external_id,given_name,family_name\nЙ-1,Йома,Назарова\nИ\u0306-1,И\u0306ома,Назарова\n'),
    );
    expect(batch.rows).toMatchObject({ received: 2, registered: 0, refused: 0 });
    const body = { sourceSystem: 'office', externalId: 'И\u0306-1' };
    expect(await registry.post('/v1/beneficiaries/lookup', { body })).toMatchObject({ status: 200, body: { id } });
  });

  it('who is changed has no return before their birth, whichever of the two is changed', async () => {
    const { id } = await registry.register({ birthDate: '1994', returnedOn: '2020-01-01' });
    for (const [body, pointer] of [
      [{ returnedOn: '1993-12-31' }, '#/returnedOn'],
      [{ birthDate: '2021' }, '#/birthDate'],
    ] as const)
      expect(await registry.patch(`/v1/beneficiaries/${id}`, { body, headers: { 'if-match': '"1"' } })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer }] },
      });
  });

  it('whom an earlier version registered is read as they are', async () => {
    const { id } = await registry.register();
    await registry.pool.query(
      "update beneficiary set return_country = 'XK', given_name = '12', phone = '+992600000001' where id = $1",
      [id],
    );
    expect(await registry.get(`/v1/beneficiaries/${id}`)).toMatchObject({
      status: 200,
      body: { returnCountry: 'XK', givenName: '12', phone: '+992600000001' },
    });
  });
});

describe('a consent', () => {
  it('is of a text and in a language that there are', async () => {
    const { id } = await registry.register();
    const path = `/v1/beneficiaries/${id}/consents`;
    expect(await wrongWith(path, aConsent(recipient, { textVersion: '2025-12' }))).toEqual([
      '#/textVersion must be a text that this installation knows: 2026-01, 2026-02',
    ]);
    expect(await wrongWith(path, { ...aConsent(recipient), languageRead: 'xx' })).toEqual([
      expect.stringContaining('#/languageRead must be one of'),
    ]);
    expect((await registry.consent(id, { textVersion: '2026-02' })).textVersion).toBe('2026-02');
  });

  it('ends at an instant of any offset, and in UTC from there on', async () => {
    const { id } = await registry.register();
    expect((await registry.consent(id, { endsAt: '2027-01-01T00:00:00+05:00' })).endsAt).toBe(
      '2026-12-31T19:00:00.000Z',
    );
  });
});

describe('a question', () => {
  it('is refused for what cannot be seen in its query or its path', async () => {
    const query = encodeURIComponent('of\u200Bfice');
    expect(
      await registry.post(`/v1/intake-batches?sourceSystem=${query}`, {
        body: 'a',
        headers: { 'content-type': 'text/csv' },
      }),
    ).toMatchObject({
      status: 422,
      body: {
        errors: [{ parameter: 'sourceSystem', in: 'query', detail: 'must not hold the invisible character U+200B' }],
      },
    });
    expect(await registry.get(`/v1/beneficiaries/${encodeURIComponent('\u202E')}`)).toMatchObject({
      status: 422,
      body: { errors: [{ parameter: 'id', in: 'path' }] },
    });
  });
});
