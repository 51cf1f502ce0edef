import { Consent, NewConsent } from '@rohnamo/contracts';
import { system } from '@rohnamo/journal';
import { aConsent } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideConsent } from '../src/consent/decide.ts';
import { createCalendar } from '../src/person/calendar.ts';
import {
  facility,
  nobody,
  other,
  ownOrganisation,
  recipient,
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

const consentsOf = (id: string) => `/v1/beneficiaries/${id}/consents`;

describe('recording a consent', () => {
  it('answers with the consent, where it is, and its version', async () => {
    const { id } = await registry.register();
    const { status, headers, body } = await registry.post(consentsOf(id), { body: aConsent(recipient) });
    const consent = Consent.parse(body);
    expect(status).toBe(201);
    expect(headers).toMatchObject({ location: `/v1/consents/${consent.id}`, etag: '"1"' });
    expect(consent).toMatchObject({
      ...aConsent(recipient),
      beneficiaryId: id,
      state: 'active',
      purposes: ['referral'],
      withdrawnAt: null,
    });
  });

  it('writes an event of ids and codes, without what the consent is about', async () => {
    const { id } = await registry.register();
    const consent = await registry.consent(id, { dataCategories: ['identity', 'hiv'], witness: 'Sitora' });
    const trail = await trailOf(registry.pool, consent.id);
    expect(trail).toMatchObject([
      {
        type: 'consent.given.v1',
        data: {
          consentId: consent.id,
          beneficiaryId: id,
          recipientOrganisationId: recipient,
          purposes: ['referral'],
          state: 'active',
        },
      },
    ]);
    expect(JSON.stringify(trail)).not.toMatch(/hiv|Sitora/);
  });

  it('from a child needs whoever stands by the child', async () => {
    const { id } = await registry.register({ birthDate: '2022' });
    expect(await registry.post(consentsOf(id), { body: aConsent(recipient) })).toMatchObject({
      status: 422,
      body: { type: '/problems/guardian-required', errors: [{ pointer: '#/givenBy' }] },
    });
    expect((await registry.consent(id, { givenBy: 'caregiver', giverName: 'Malika' })).endsAt).toBe(
      '2040-12-30T19:00:00.000Z',
    );
  });

  it('that was decided on a birth date which has been mended since is not written', async () => {
    const registered = await registry.register({ birthDate: '1990' });
    const { id } = registered;
    const decision = decideConsent({
      id: nobody,
      person: { ...registered, fatherName: null, birthDate: '1990' },
      entrustedBy: null,
      request: NewConsent.parse(aConsent(recipient)),
      act: { actor: system, organisationId: ownOrganisation, time: new Date(), traceparent: null },
      calendar: createCalendar('Asia/Dushanbe'),
      ages: { assent: 6, own: 15, adult: 18 },
    });
    if ('refuse' in decision) throw decision.refuse;
    await registry.patch(`/v1/beneficiaries/${id}`, { body: { birthDate: '2020' }, headers: { 'if-match': '"1"' } });
    expect(await registry.journal.record(decision.record)).toEqual({ kind: 'lost', to: 'version' });
    expect((await registry.post(consentsOf(id), { body: aConsent(recipient) })).status).toBe(422);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['an end in the past', { endsAt: '2020-01-01T00:00:00Z' }, '#/endsAt'],
    ['an end in the year 0', { endsAt: '0000-01-01T00:00:00Z' }, '#/endsAt'],
    [
      'sexual violence among other things',
      { dataCategories: ['identity', 'sexual-violence', 'health'] },
      '#/dataCategories',
    ],
    ['a caregiver in an adult’s place', { givenBy: 'caregiver', giverName: 'Malika' }, '#/givenBy'],
    ['no data category', { dataCategories: [] }, '#/dataCategories'],
    ['a field that is not known', { override: true }, '#/override'],
  ])('is refused for %s', async (_what, differing, pointer) => {
    const { id } = await registry.register();
    expect(await registry.post(consentsOf(id), { body: { ...aConsent(recipient), ...differing } })).toMatchObject({
      status: 422,
      body: { type: '/problems/invalid-field', errors: [{ pointer }] },
    });
  });

  it('may last as long as there are years of four digits', async () => {
    const { id } = await registry.register();
    const endsAt = '9999-12-31T23:59:59.999Z';
    expect(await registry.consent(id, { endsAt })).toMatchObject({ endsAt });
  });

  it('repeated with its key answers the same, and with another content is refused', async () => {
    const { id } = await registry.register();
    const ask = { body: aConsent(recipient), headers: { 'idempotency-key': 'consent-1' } };
    const first = await registry.post(consentsOf(id), ask);
    expect(await registry.post(consentsOf(id), ask)).toMatchObject({ status: 201, body: first.body as object });
    const changed = { ...ask, body: aConsent(recipient, { witness: 'Sitora' }) };
    expect(await registry.post(consentsOf(id), changed)).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    });
  });

  it('for nobody, or for a person of another organisation, is answered as if there were none', async () => {
    const { id } = await registry.register();
    expect((await registry.post(consentsOf(nobody), { body: aConsent(recipient) })).status).toBe(404);
    expect((await registry.post(consentsOf(id), { body: aConsent(recipient), as: other })).status).toBe(404);
    expect(await typesOf(registry.pool, id)).toEqual(['beneficiary.registered.v1', 'beneficiary.denied.v1']);
  });

  it('is for migration services and facilities, with the scope for it', async () => {
    const { id } = await registry.register();
    const writer = {
      role: 'migration-service' as const,
      organisationId: ownOrganisation,
      scopes: ['beneficiaries:write'],
    };
    expect((await registry.post(consentsOf(id), { body: aConsent(recipient), as: null })).status).toBe(401);
    expect((await registry.post(consentsOf(id), { body: aConsent(recipient), as: facility })).status).toBe(404);
    expect((await registry.post(consentsOf(id), { body: aConsent(recipient), as: writer })).status).toBe(403);
  });
});

describe('reading consents', () => {
  it('one by one is noted before the answer leaves', async () => {
    const consent = await registry.consent((await registry.register()).id);
    expect(await registry.get(`/v1/consents/${consent.id}`)).toMatchObject({
      status: 200,
      headers: { etag: '"1"' },
      body: consent,
    });
    expect(await typesOf(registry.pool, consent.id)).toEqual(['consent.given.v1', 'consent.observed.v1']);
  });

  it('of another organisation is answered as if there were none', async () => {
    const consent = await registry.consent((await registry.register()).id);
    expect((await registry.get(`/v1/consents/${consent.id}`, { as: other })).status).toBe(404);
    expect((await registry.get(`/v1/consents/${nobody}`)).status).toBe(404);
    expect(await typesOf(registry.pool, consent.id)).toEqual(['consent.given.v1', 'consent.denied.v1']);
  });

  it('as a list gives each once, newest first, and is one entry that names them', async () => {
    const { id } = await registry.register();
    const given = [];
    for (let count = 0; count < 5; count++) given.unshift((await registry.consent(id)).id);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const answer = await registry.get(`${consentsOf(id)}?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`);
      const page = answer.body as { items: Consent[]; next: string | null };
      seen.push(...page.items.map((consent) => consent.id));
      cursor = page.next;
    } while (cursor !== null);
    expect(seen).toEqual(given);
    const looks = (await trailOf(registry.pool, id)).filter(({ type }) => type === 'consent.observed.v1');
    expect(looks.map(({ detail }) => detail)).toMatchObject([
      { consentIds: given.slice(0, 2) },
      { consentIds: given.slice(2, 4) },
      { consentIds: given.slice(4) },
    ]);
  });

  it('as a list takes only its own cursors', async () => {
    const { id } = await registry.register();
    expect(await registry.get(`${consentsOf(id)}?cursor=abc`)).toMatchObject({
      status: 422,
      body: { type: '/problems/cursor-invalid' },
    });
    expect((await registry.get(`${consentsOf(id)}?limit=0`)).status).toBe(422);
    expect((await registry.get(consentsOf(id), { as: other })).status).toBe(404);
  });
});

describe('withdrawing a consent', () => {
  it('ends it, once', async () => {
    const consent = await registry.consent((await registry.register()).id);
    const answer = await registry.post(`/v1/consents/${consent.id}/withdraw`);
    expect(answer).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { state: 'withdrawn', version: 2 } });
    expect(Consent.parse(answer.body).withdrawnAt).not.toBeNull();
    expect(await registry.post(`/v1/consents/${consent.id}/withdraw`, { body: {} })).toMatchObject({
      status: 409,
      body: { type: '/problems/illegal-action', allowedActions: [] },
    });
    expect(await trailOf(registry.pool, consent.id)).toMatchObject([
      {},
      { type: 'consent.withdrawn.v1', data: { state: 'withdrawn' } },
    ]);
  });

  it('by two at once is done by one of them', async () => {
    const consent = await registry.consent((await registry.register()).id);
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => registry.post(`/v1/consents/${consent.id}/withdraw`)),
    );
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409, 409, 409]);
  });

  it('repeated with its key answers the same', async () => {
    const consent = await registry.consent((await registry.register()).id);
    const headers = { 'idempotency-key': 'withdraw-1', 'if-match': '"1"' };
    const first = await registry.post(`/v1/consents/${consent.id}/withdraw`, { headers });
    expect(await registry.post(`/v1/consents/${consent.id}/withdraw`, { headers })).toMatchObject({
      status: 200,
      body: first.body as object,
    });
  });

  it('may name the version that was read', async () => {
    const consent = await registry.consent((await registry.register()).id);
    const withdraw = (etag: string) =>
      registry.post(`/v1/consents/${consent.id}/withdraw`, { headers: { 'if-match': etag } });
    expect((await withdraw('"4"')).status).toBe(412);
    expect((await withdraw('"1"')).status).toBe(200);
  });

  it('of another organisation is answered as if there were none, and takes nothing along', async () => {
    const consent = await registry.consent((await registry.register()).id);
    expect((await registry.post(`/v1/consents/${consent.id}/withdraw`, { as: other })).status).toBe(404);
    expect((await registry.post(`/v1/consents/${nobody}/withdraw`)).status).toBe(404);
    expect((await registry.post(`/v1/consents/${consent.id}/withdraw`, { body: { reason: 'x' } })).status).toBe(422);
  });
});
