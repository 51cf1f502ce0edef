import { randomUUID } from 'node:crypto';
import { routeTable } from '@rohnamo/service-kit';
import {
  aBeneficiary,
  accessTable,
  aConsent,
  asking,
  commonRoutes,
  foundAccess,
  foundSights,
  sightTable,
  type TokenRequest,
} from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  facility,
  holdRow,
  other,
  ownOrganisation,
  recipient,
  referralService,
  testRegistry,
  type TestRegistry,
} from './registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await testRegistry();
});
afterAll(() => registry.stop());

it('each route lets in whom the table names, with the scope that it asks for, and nobody else', async () => {
  const found = await foundAccess(routeTable(registry.app), asking(registry.app, registry.issuer), registry.verifier);
  expect(found).toEqual(
    accessTable(`
      nobody                                 migration-service facility supervisor directory-admin auditor operator service
      POST  /v1/beneficiaries              401 allowed         allowed  403        403             403     403      403
      POST  /v1/beneficiaries/lookup       401 allowed         allowed  403        403             403     403      403
      GET   /v1/beneficiaries/:id          401 allowed         allowed  403        403             403     403      403
      PATCH /v1/beneficiaries/:id          401 allowed         allowed  403        403             403     403      403
      POST  /v1/beneficiaries/:id/confirm-identity 401 allowed         allowed  403        403             403     403      403
      GET   /v1/beneficiaries/:id/consents 401 allowed         allowed  403        403             403     403      403
      POST  /v1/beneficiaries/:id/consents 401 allowed         allowed  403        403             403     403      403
      GET   /v1/consents/:id               401 allowed         allowed  403        403             403     403      403
      POST  /v1/consents/:id/withdraw      401 allowed         allowed  403        403             403     403      403
      GET   /v1/beneficiaries/:id/accesses 401 allowed         allowed  403        403             allowed 403      403
      POST  /v1/intake-batches             401 allowed         403      403        403             403     403      403
      GET   /v1/intake-batches/:id         401 allowed         403      403        403             403     403      403
      GET   /v1/intake-batches/:id/errors  401 allowed         403      403        403             403     403      403
      GET   /v1/source-systems             401 allowed         403      403        403             403     403      403
      POST  /v1/source-systems             401 allowed         403      403        403             403     403      403
      GET   /v1/intake-batches/:id/rows    401 allowed         403      403        403             403     403      403
      POST  /v1/intake-batches/:id/take-back 401 allowed         403      403        403             403     403      403
      GET   /v1/coinciding-identities      401 allowed         allowed  403        403             403     403      403
      GET   /v1/held-rows                  401 allowed         allowed  403        403             403     403      403
      GET   /v1/held-rows/:id              401 allowed         allowed  403        403             403     403      403
      POST  /v1/held-rows/:id/decide       401 allowed         allowed  403        403             403     403      403
      POST  /v1/referral-grounds           401 403             403      403        403             403     403      allowed
      POST  /v1/consent-withdrawals        401 403             403      403        403             403     403      allowed
      POST  /v1/birth-years                401 403             403      403        403             403     403      allowed
      POST  /v1/hand-overs                 401 403             403      403        403             403     403      allowed
      POST  /v1/disclosures                401 403             403      403        403             403     403      allowed
      ${commonRoutes}`),
  );
});

describe('what another organisation registered does not exist', () => {
  const own: TokenRequest = { role: 'migration-service', organisationId: ownOrganisation, clientId: 'a-colleague' };
  const sameName: TokenRequest = { ...other, clientId: 'test-migration-service' };

  it('a person, their consents, a batch: each is answered like nothing', async () => {
    const { id: person } = await registry.register();
    const { id: consent } = await registry.consent(person);
    const { id: batch } = await registry.finished(await registry.push('external_id,given_name,family_name\n1,,B\n'));
    const held = await holdRow(registry.pool, person);
    const subjects = { beneficiaries: person, consents: consent, 'intake-batches': batch, 'held-rows': held };
    const found = await foundSights({
      routes: routeTable(registry.app),
      subjectOf: (route) => subjects[route.split('/')[2] as keyof typeof subjects],
      nothing: randomUUID(),
      viewers: { own, other, 'same-client-name': sameName, recipient: facility, 'referral-service': referralService },
      bodyOf: (route) => bodies[route],
      ask: asking(registry.app, registry.issuer),
    });
    expect(found).toEqual(
      sightTable(`
        own  other same-client-name recipient referral-service
        GET   /v1/beneficiaries/:id          seen 404 404 404 403
        PATCH /v1/beneficiaries/:id          seen 404 404 404 403
        POST  /v1/beneficiaries/:id/confirm-identity seen 404 404 404 403
        GET   /v1/beneficiaries/:id/consents seen 404 404 404 403
        POST  /v1/beneficiaries/:id/consents seen 404 404 seen 403
        GET   /v1/beneficiaries/:id/accesses seen 404 404 404 403
        GET   /v1/consents/:id               seen 404 404 404 403
        POST  /v1/consents/:id/withdraw      seen 404 404 404 403
        GET   /v1/intake-batches/:id         seen 404 404 403 403
        GET   /v1/intake-batches/:id/errors  seen 404 404 403 403
        GET   /v1/intake-batches/:id/rows    seen 404 404 403 403
        POST  /v1/intake-batches/:id/take-back seen 404 404 403 403
        GET   /v1/held-rows/:id              seen 404 404 404 403
        POST  /v1/held-rows/:id/decide       seen 404 404 404 403`),
    );
  });
  it('a consent that a facility recorded: it is that facility’s alone, and nothing to who registered the person', async () => {
    const { id: person } = await registry.register();
    await registry.consent(person);
    const body = aConsent(randomUUID(), { dataCategories: ['identity', 'hiv'] });
    const recorded = await registry.post(`/v1/beneficiaries/${person}/consents`, { as: facility, body });
    const { id: consent } = recorded.body as { id: string };
    const found = await foundSights({
      routes: routeTable(registry.app).filter(({ path }) => path.startsWith('/v1/consents/')),
      subjectOf: () => consent,
      nothing: randomUUID(),
      viewers: { recorder: facility, own, other },
      bodyOf: (route) => bodies[route],
      ask: asking(registry.app, registry.issuer),
    });
    expect(found).toEqual(
      sightTable(`
        recorder own other
        GET   /v1/consents/:id               seen 404 404
        POST  /v1/consents/:id/withdraw      seen 404 404`),
    );
    const { body: listed } = await registry.get(`/v1/beneficiaries/${person}/consents`);
    expect(JSON.stringify(listed)).not.toMatch(/hiv/);
    expect(JSON.stringify(listed)).not.toContain(body.recipientOrganisationId);
  });
  const bodies: Record<string, object> = {
    'PATCH /v1/beneficiaries/:id': { language: 'ru' },
    'POST /v1/beneficiaries/:id/consents': aConsent(recipient),
    'POST /v1/consents/:id/withdraw': {},
    'POST /v1/held-rows/:id/decide': { decision: 'keep' },
  };

  it('by a cursor: those of the organisation that may see it open nothing', async () => {
    const { id } = await registry.register();
    await registry.consent(id);
    await registry.consent(id);
    const { body } = await registry.get(`/v1/beneficiaries/${id}/consents?limit=1`);
    const { next } = body as { next: string };
    expect((await registry.get(`/v1/beneficiaries/${id}/consents?cursor=${next}`)).status).toBe(200);
    expect((await registry.get(`/v1/beneficiaries/${id}/consents?cursor=${next}`, { as: other })).status).toBe(404);
    const theirs = await registry.post('/v1/beneficiaries', { as: other, body: aBeneficiary() });
    const { id: theirId } = theirs.body as { id: string };
    const page = await registry.get(`/v1/beneficiaries/${theirId}/consents?cursor=${next}`, { as: other });
    expect(page.body).toEqual({ items: [], next: null });
  });

  it('by the id of the system it came from: not to be looked up, and no obstacle to another’s own', async () => {
    const external = { sourceSystem: 'office', externalId: randomUUID() };
    const { id } = await registry.register({ external });
    const ask = (body: object) => registry.post('/v1/beneficiaries/lookup', { as: other, body });
    const [theirs, none] = [await ask(external), await ask({ ...external, externalId: randomUUID() })];
    expect([theirs.status, none.status]).toEqual([404, 404]);
    expect({ ...(theirs.body as object), instance: '' }).toEqual({ ...(none.body as object), instance: '' });
    const registered = await registry.post('/v1/beneficiaries', { as: other, body: aBeneficiary({ external }) });
    expect(registered.status).toBe(201);
    expect(registered.body).not.toMatchObject({ id });
  });

  it('to a recipient whose consent is over: the same answer as for nobody', async () => {
    const { id: beneficiaryId } = await registry.register();
    const { id: consentId } = await registry.consent(beneficiaryId);
    const facility = { recipientOrganisationId: recipient, clientId: 'facility', actingPerson: null };
    const disclose = async (asked: { beneficiaryId: string; consentId: string }) => {
      const body = { ...asked, ...facility, referralId: randomUUID() };
      const answer = await registry.post('/v1/disclosures', { as: referralService, body });
      return { status: answer.status, body: { ...(answer.body as object), instance: '' } };
    };
    expect((await disclose({ beneficiaryId, consentId })).status).toBe(200);
    await registry.post(`/v1/consents/${consentId}/withdraw`);
    const nobody = await disclose({ beneficiaryId: randomUUID(), consentId: randomUUID() });
    expect(nobody).toMatchObject({ status: 422, body: { type: '/problems/consent-missing' } });
    expect(await disclose({ beneficiaryId, consentId })).toEqual(nobody);
  });
});
