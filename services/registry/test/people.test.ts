import { Beneficiary } from '@rohnamo/contracts';
import { aBeneficiary } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  countOf,
  facility,
  nobody,
  other,
  ownOrganisation,
  referralService,
  testRegistry,
  type TestRegistry,
  trailOf,
  typesOf,
} from './registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await testRegistry();
});
afterAll(() => registry.stop());

const people = '/v1/beneficiaries';
const personal = /Фирӯза|Назарова|1994-03-21|992000000001/;

describe('registering a person', () => {
  it('answers with the person, where it is, and its version', async () => {
    const { status, headers, body } = await registry.post(people, { body: aBeneficiary() });
    const person = Beneficiary.parse(body);
    expect(status).toBe(201);
    expect(headers).toMatchObject({ location: `${people}/${person.id}`, etag: '"1"' });
    expect(person).toMatchObject({ ...aBeneficiary(), version: 1, organisationId: ownOrganisation });
    expect(person).not.toHaveProperty('village');
  });

  it('writes one entry that says who did it and nothing about the person', async () => {
    const { body } = await registry.post(people, { body: aBeneficiary(), headers: { 'acting-person': 'staff-0417' } });
    const { id } = Beneficiary.parse(body);
    const trail = await trailOf(registry.pool, id);
    expect(trail).toMatchObject([
      {
        type: 'beneficiary.registered.v1',
        version: '1',
        data: { beneficiaryId: id, organisationId: ownOrganisation },
        actor: {
          kind: 'client',
          organisationId: ownOrganisation,
          role: 'migration-service',
          actingPerson: 'staff-0417',
        },
      },
    ]);
    expect(JSON.stringify(trail)).not.toMatch(personal);
  });

  it('needs no more than two names', async () => {
    const { status, body } = await registry.post(people, { body: { givenName: 'A', familyName: 'B' } });
    expect(status).toBe(201);
    expect(body).toMatchObject({ sex: 'unknown', language: 'tg', accessRequirements: [] });
  });

  it('with the same external identity happens once, and names the one that exists', async () => {
    const body = aBeneficiary({ external: { sourceSystem: 'office', externalId: '1' } });
    const first = Beneficiary.parse((await registry.post(people, { body })).body);
    expect(await registry.post(people, { body })).toMatchObject({
      status: 409,
      body: { type: '/problems/already-exists', id: first.id },
    });
    expect((await registry.post(people, { body, as: other })).status).toBe(201);
  });

  it('with the same external identity at the same time happens once', async () => {
    const body = aBeneficiary({ external: { sourceSystem: 'office', externalId: 'at-once' } });
    const answers = await Promise.all(Array.from({ length: 8 }, () => registry.post(people, { body })));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 409, 409, 409, 409, 409, 409, 409]);
    const ids = new Set(answers.map(({ body }) => (body as { id: string }).id));
    expect(ids.size).toBe(1);
  });

  it('repeated with its key answers the same, also where the external identity is taken by then', async () => {
    const ask = {
      body: aBeneficiary({ external: { sourceSystem: 'office', externalId: 'keyed' } }),
      headers: { 'idempotency-key': 'register-1' },
    };
    const first = await registry.post(people, ask);
    const again = await registry.post(people, ask);
    expect(again).toMatchObject({
      status: 201,
      body: first.body as object,
      headers: { location: first.headers['location'] },
    });
    const { id } = Beneficiary.parse(first.body);
    expect(await typesOf(registry.pool, id)).toEqual(['beneficiary.registered.v1', 'beneficiary.observed.v1']);
  });

  it('with a key that was used for something else is refused', async () => {
    const headers = { 'idempotency-key': 'register-2' };
    await registry.post(people, { body: aBeneficiary(), headers });
    expect(await registry.post(people, { body: aBeneficiary({ village: 'Ворух' }), headers })).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    });
  });

  it.each<[string, unknown, string]>([
    ['a field that is not known', { ...aBeneficiary(), risk: 'high' }, '#/risk'],
    ['a birth in the future', aBeneficiary({ birthDate: '2999-01-01' }), '#/birthDate'],
    ['a birth in the year 0', aBeneficiary({ birthDate: '0000-01-01' }), '#/birthDate'],
    ['a return in the year 0', aBeneficiary({ returnedOn: '0000-01-01' }), '#/returnedOn'],
    ['a return in a century to come', aBeneficiary({ returnedOn: '2100-01-01' }), '#/returnedOn'],
    ['a day that is not in the calendar', aBeneficiary({ birthDate: '1994-02-31' }), '#/birthDate'],
    ['a telephone number that is not E.164', aBeneficiary({ phone: '931234567' }), '#/phone'],
    ['a name of nothing', aBeneficiary({ givenName: ' ' }), '#/givenName'],
    ['NUL', aBeneficiary({ village: 'a\0b' }), '#/village'],
  ])('is refused for %s, by its place and never by its value', async (_what, body, pointer) => {
    const answer = await registry.post(people, { body });
    expect(answer).toMatchObject({ status: 422, body: { type: '/problems/invalid-field', errors: [{ pointer }] } });
    expect(JSON.stringify(answer.body)).not.toMatch(/high|2999|02-31|931234567/);
  });

  it('is for migration services and facilities, with the scope for it', async () => {
    const body = aBeneficiary();
    expect((await registry.post(people, { body, as: null })).status).toBe(401);
    expect((await registry.post(people, { body, as: referralService })).status).toBe(403);
    expect((await registry.post(people, { body, as: facility })).status).toBe(201);
    const reader = {
      role: 'migration-service' as const,
      organisationId: ownOrganisation,
      scopes: ['beneficiaries:read'],
    };
    expect((await registry.post(people, { body, as: reader })).status).toBe(403);
  });
});

describe('reading a person', () => {
  it('is noted before the answer leaves', async () => {
    const person = await registry.register();
    const answer = await registry.get(`${people}/${person.id}`, { headers: { 'acting-person': 'staff-1' } });
    expect(answer).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: person });
    expect((await trailOf(registry.pool, person.id)).at(-1)).toMatchObject({
      type: 'beneficiary.observed.v1',
      version: null,
      actor: { actingPerson: 'staff-1' },
    });
  });

  it('of another organisation is answered as if there were none, and noted', async () => {
    const person = await registry.register();
    const others = await registry.get(`${people}/${person.id}`, { as: other });
    const none = await registry.get(`${people}/${nobody}`, { as: other });
    const ofInstance = ({ status, body }: typeof none) => ({ status, body: { ...(body as object), instance: '' } });
    expect(others.status).toBe(404);
    expect(ofInstance(others)).toEqual(ofInstance(none));
    expect(await typesOf(registry.pool, person.id)).toEqual(['beneficiary.registered.v1', 'beneficiary.denied.v1']);
  });

  it('takes an id in capitals for the id that it is', async () => {
    const person = await registry.register();
    expect((await registry.get(`${people}/${person.id.toUpperCase()}`)).status).toBe(200);
  });

  it('needs an id', async () => expect((await registry.get(`${people}/me`)).status).toBe(422));
});

describe('finding a person by the id of their own system', () => {
  const lookup = `${people}/lookup`;

  it('is asked in the body, answered like a reading, and noted like one', async () => {
    const external = { sourceSystem: 'office', externalId: 'found' };
    const person = await registry.register({ external });
    expect(await registry.post(lookup, { body: external })).toMatchObject({
      status: 200,
      headers: { etag: '"1"' },
      body: person,
    });
    expect(await typesOf(registry.pool, person.id)).toEqual(['beneficiary.registered.v1', 'beneficiary.observed.v1']);
  });

  it('finds nobody of another organisation or another system', async () => {
    const external = { sourceSystem: 'office', externalId: 'hidden' };
    await registry.register({ external });
    expect((await registry.post(lookup, { body: external, as: other })).status).toBe(404);
    expect((await registry.post(lookup, { body: { ...external, sourceSystem: 'border' } })).status).toBe(404);
  });

  it('is for migration services and facilities, each for its own, and takes no half of an identity', async () => {
    expect((await registry.post(lookup, { body: { externalId: '1' } })).status).toBe(422);
    expect((await registry.post(lookup, { body: { sourceSystem: 'a', externalId: '1' }, as: facility })).status).toBe(
      404,
    );
    expect((await registry.post(lookup, { body: { sourceSystem: 'a', externalId: '1' }, as: null })).status).toBe(401);
  });
});

describe('changing a person', () => {
  it('changes what is named, takes away what is null, and moves the version once', async () => {
    const { id } = await registry.register();
    const answer = await registry.patch(`${people}/${id}`, {
      body: { village: 'Ворух', phone: null, accessRequirements: ['sight', 'sight'] },
      headers: { 'if-match': '"1"' },
    });
    expect(answer).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    const person = Beneficiary.parse(answer.body);
    expect(person).toMatchObject({ village: 'Ворух', accessRequirements: ['sight'], birthDate: '1994-03-21' });
    expect(person).not.toHaveProperty('phone');
    expect(await trailOf(registry.pool, id)).toMatchObject([
      { version: '1' },
      { type: 'beneficiary.changed.v1', version: '2' },
    ]);
  });

  it('to what it is already is a look and no change', async () => {
    const { id } = await registry.register();
    const answer = await registry.patch(`${people}/${id}`, {
      body: { birthDate: '1994-03-21' },
      headers: { 'if-match': '"1"' },
    });
    expect(answer).toMatchObject({ status: 200, headers: { etag: '"1"' } });
    expect(await typesOf(registry.pool, id)).toEqual(['beneficiary.registered.v1', 'beneficiary.observed.v1']);
  });

  it('needs the version that was read', async () => {
    const { id } = await registry.register();
    const body = { village: 'Ворух' };
    expect((await registry.patch(`${people}/${id}`, { body })).status).toBe(428);
    expect(await registry.patch(`${people}/${id}`, { body, headers: { 'if-match': '"7"' } })).toMatchObject({
      status: 412,
      headers: { etag: '"1"' },
    });
  });

  it('by two at once is done by one of them', async () => {
    const { id } = await registry.register();
    const villages = ['Ворух', 'Чоркӯҳ', 'Исфара'];
    const answers = await Promise.all(
      villages.map((village) =>
        registry.patch(`${people}/${id}`, { body: { village }, headers: { 'if-match': '"1"' } }),
      ),
    );
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 412, 412]);
  });

  it('of another organisation is answered as if there were none, with and without the right version', async () => {
    const { id } = await registry.register();
    for (const etag of ['"1"', '"9"']) {
      expect(
        (await registry.patch(`${people}/${id}`, { body: {}, headers: { 'if-match': etag }, as: other })).status,
      ).toBe(404);
    }
    expect((await registry.patch(`${people}/${nobody}`, { body: {}, headers: { 'if-match': '"1"' } })).status).toBe(
      404,
    );
  });

  it.each([{ givenName: null }, { external: null }, { birthDate: '1800-01-01' }, { returnedOn: '0000-01-01' }])(
    'cannot be %j',
    async (body) => {
      const { id } = await registry.register();
      const before = await countOf(registry.pool, 'entry');
      expect((await registry.patch(`${people}/${id}`, { body, headers: { 'if-match': '"1"' } })).status).toBe(422);
      expect(await countOf(registry.pool, 'entry')).toBe(before);
    },
  );
});
