import type { BeneficiaryPatch, Consent, HeldRow } from '@rohnamo/contracts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { other, recipient, referralService, testRegistry, type TestRegistry, trailOf } from './registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await testRegistry();
});
afterAll(() => registry.stop());

const disclose = async ({ id: consentId, beneficiaryId }: Consent) => {
  const facility = { recipientOrganisationId: recipient, clientId: 'facility', actingPerson: null };
  const body = { beneficiaryId, consentId, referralId: randomUUID(), ...facility };
  const answer = await registry.post('/v1/disclosures', { as: referralService, body });
  return answer.status === 200 ? 'open' : (answer.body as { type: string }).type;
};
const closed = '/problems/identity-unconfirmed';
const patch = async (id: string, body: BeneficiaryPatch, version = 1) => {
  const answer = await registry.patch(`/v1/beneficiaries/${id}`, { body, headers: { 'if-match': `"${version}"` } });
  expect(answer.status).toBe(200);
};
const confirm = (id: string, version: number, as?: typeof other) =>
  registry.post(`/v1/beneficiaries/${id}/confirm-identity`, {
    ...(as === undefined ? {} : { as }),
    headers: { 'if-match': `"${version}"`, 'acting-person': 'staff-9' },
  });

/** Somebody who has consented. */
async function consented() {
  const person = await registry.register({ givenName: 'Алӣ', sex: 'unknown', birthDate: '1990' });
  return { person, consent: await registry.consent(person.id) };
}

describe('a person whose name, sex or birth date has changed since they consented', () => {
  it.each<[string, BeneficiaryPatch]>([
    ['given name', { givenName: 'Зарина' }],
    ['family name', { familyName: 'Одинаева' }],
    ['birth date', { birthDate: '1985' }],
  ])('is disclosed to nobody until somebody confirms that it is the same: %s', async (_what, change) => {
    const { person, consent } = await consented();
    expect(await disclose(consent)).toBe('open');
    await patch(person.id, change);
    expect(await disclose(consent)).toBe(closed);
    expect((await trailOf(registry.pool, person.id)).at(-1)).toMatchObject({
      type: 'beneficiary.denied.v1',
      detail: { reason: 'identity-unconfirmed' },
    });
    expect((await confirm(person.id, 2, other)).status).toBe(404);
    expect((await confirm(person.id, 1)).status).toBe(412);
    expect((await confirm(person.id, 2)).status).toBe(200);
    expect((await trailOf(registry.pool, person.id)).at(-1)).toMatchObject({
      type: 'beneficiary.changed.v1',
      version: '3',
      detail: { identityConfirmed: true },
      actor: { actingPerson: 'staff-9' },
    });
    // A confirmation is of who they are now, and opens nothing that is changed after it.
    expect(await disclose(consent)).toBe('open');
    await patch(person.id, { familyName: 'Шарипова' }, 3);
    expect(await disclose(consent)).toBe(closed);
  });

  it('is disclosed at once where the change itself says that it is the same person', async () => {
    const { person, consent } = await consented();
    await patch(person.id, { givenName: 'Алишер', samePerson: true });
    expect(await disclose(consent)).toBe('open');
  });

  it('is disclosed again where the change is undone, and under a consent of who they are now', async () => {
    const { person, consent } = await consented();
    await patch(person.id, { givenName: 'Зарина' });
    const later = await registry.consent(person.id);
    expect([await disclose(consent), await disclose(later)]).toEqual([closed, 'open']);
    await patch(person.id, { givenName: 'алӣ ' }, 2);
    expect([await disclose(consent), await disclose(later)]).toEqual(['open', closed]);
  });

  it('is not another because something becomes known or exact', async () => {
    const { person, consent } = await consented();
    await patch(person.id, { sex: 'male', birthDate: '1990-05-01', fatherName: 'Карим' });
    expect(await disclose(consent)).toBe('open');
  });

  it('is disclosed where a held row was applied as being of the same person', async () => {
    const external = { sourceSystem: 'office', externalId: 'i1' };
    const { id } = await registry.register({ external, givenName: 'Алӣ', birthDate: '1990' });
    const consent = await registry.consent(id);
    const file = 'external_id,given_name,family_name,birth_date\ni1,Алишер,Назарова,1985\n';
    await registry.finished(await registry.push(file));
    expect(await disclose(consent)).toBe('open');
    const [held] = ((await registry.get('/v1/held-rows')).body as { items: HeldRow[] }).items;
    const decided = { body: { decision: 'apply' }, headers: { 'if-match': '"1"' } };
    expect((await registry.post(`/v1/held-rows/${held!.id}/decide`, decided)).status).toBe(200);
    expect(await disclose(consent)).toBe('open');
  });

  it('whose identity was not kept with the consent is disclosed once it is confirmed', async () => {
    const { person, consent } = await consented();
    await registry.pool.query('update consent set identity = null where id = $1', [consent.id]);
    expect(await disclose(consent)).toBe(closed);
    expect((await confirm(person.id, 1)).status).toBe(200);
    expect(await disclose(consent)).toBe('open');
  });
});
