import { randomUUID } from 'node:crypto';
import { routeTable } from '@rohnamo/service-kit';
import { aBeneficiary, aConsent, asking, foundLooks, sightTable, type TokenRequest } from '@rohnamo/testkit';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  holdRow,
  nobody,
  other,
  ownOrganisation,
  recipient,
  referralService,
  testRegistry,
  type TestRegistry,
} from './registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await testRegistry({ started: false }); // nothing but the requests leaves entries
});
afterAll(() => registry.stop());

const own: TokenRequest = { role: 'migration-service', organisationId: ownOrganisation };
const auditor: TokenRequest = { role: 'auditor', organisationId: nobody };

/** A question to each route that it can answer, about somebody who was registered for it. */
async function requestFor(route: string) {
  const external = { sourceSystem: 'office', externalId: randomUUID() };
  const { id: beneficiaryId } = await registry.register({ external });
  const { id: consentId } = await registry.consent(beneficiaryId);
  const asked = { beneficiaryId, consentId };
  const about = (path: string) => path.replace(':id', path.includes('/consents/:id') ? consentId : beneficiaryId);
  const [, path = ''] = route.split(' ');
  if (path === '/v1/coinciding-identities') {
    await registry.pool.query('update beneficiary set is_kept_apart = (id = $1)', [beneficiaryId]);
    return { url: path };
  }
  if (path === '/v1/held-rows') {
    await holdRow(registry.pool, beneficiaryId);
    return { url: path };
  }
  if (path.startsWith('/v1/held-rows/')) {
    const url = path.replace(':id', await holdRow(registry.pool, beneficiaryId));
    return route.startsWith('POST') ? { url, body: { decision: 'keep' }, headers: { 'if-match': '"1"' } } : { url };
  }
  if (path.startsWith('/v1/intake-batches/')) return { url: path.replace(':id', await batchId()) };
  switch (route) {
    case 'POST /v1/beneficiaries':
      return { url: path, body: aBeneficiary() };
    case 'POST /v1/beneficiaries/lookup':
      return { url: path, body: external };
    case 'PATCH /v1/beneficiaries/:id':
      return { url: about(path), body: { language: 'ru' }, headers: { 'if-match': '"1"' } };
    case 'POST /v1/beneficiaries/:id/confirm-identity':
      return { url: about(path), body: {}, headers: { 'if-match': '"1"' } };
    case 'POST /v1/beneficiaries/:id/consents':
      return { url: about(path), body: aConsent(recipient) };
    case 'POST /v1/consents/:id/withdraw':
      return { url: about(path), body: {} };
    case 'POST /v1/source-systems':
      return { url: path, body: { sourceSystem: `office-${randomUUID()}`, confirmNewSource: true } };
    case 'POST /v1/referral-grounds':
      return { url: path, body: asked };
    case 'POST /v1/consent-withdrawals':
      return { url: path, body: bySlip(asked) };
    case 'POST /v1/birth-years':
      return { url: path, body: birthYearAsked(beneficiaryId) };
    case 'POST /v1/hand-overs': {
      const given = { referralId: randomUUID(), organisationId: recipient, reason: 'office-closed' };
      return { url: path, body: { beneficiaryId, ...given } };
    }
    case 'POST /v1/disclosures': {
      const facility = { recipientOrganisationId: recipient, clientId: 'facility', actingPerson: null };
      return { url: path, body: { ...asked, ...facility, referralId: randomUUID() } };
    }
    default:
      return { url: about(path) };
  }
}
const bySlip = (asked: object) => ({
  ...asked,
  referralId: randomUUID(),
  slipId: randomUUID(),
  withdrawnAt: new Date().toISOString(),
});
const birthYearAsked = (beneficiaryId: string) => ({
  beneficiaryId,
  referralId: randomUUID(),
  askedBy: { organisationId: ownOrganisation, clientId: 'own', role: 'migration-service', actingPerson: null },
});
const batchId = async () => {
  const { body } = await registry.push('external_id,given_name,family_name\n1,A,B\n');
  return (body as { id: string }).id;
};
const entries = async () =>
  (await registry.pool.query<{ id: string; type: string }>('select id, type from entry')).rows;
/** All but the upload, a stream (see intake.test.ts), and the journal's own routes, which hold nothing personal. */
const served = () =>
  routeTable(registry.app).filter(({ path }) => path !== '/v1/intake-batches' && !path.startsWith('/v1/journal/'));

it('every route that shows something of a person, or refuses to, has left its entry when it answers', async () => {
  const found = await foundLooks({
    routes: served(),
    viewers: { own, other, auditor, 'referral-service': referralService },
    requestFor,
    ask: asking(registry.app, registry.issuer),
    entries,
  });
  // Grounds name nobody; lookups and registrations are each organisation's own; the progress of a batch is not a person's,
  // and taking one back without its version does nothing.
  expect(found).toEqual(
    sightTable(`
      own other auditor referral-service
      POST  /v1/beneficiaries              beneficiary.registered beneficiary.registered 403             403
      POST  /v1/beneficiaries/lookup       beneficiary.observed   none                   403             403
      GET   /v1/beneficiaries/:id          beneficiary.observed   beneficiary.denied     403             403
      PATCH /v1/beneficiaries/:id          beneficiary.changed    beneficiary.denied     403             403
      POST  /v1/beneficiaries/:id/confirm-identity beneficiary.changed    beneficiary.denied     403             403
      GET   /v1/beneficiaries/:id/accesses access.observed        beneficiary.denied     access.observed 403
      GET   /v1/beneficiaries/:id/consents consent.observed       beneficiary.denied     403             403
      POST  /v1/beneficiaries/:id/consents consent.given          beneficiary.denied     403             403
      GET   /v1/consents/:id               consent.observed       consent.denied         403             403
      POST  /v1/consents/:id/withdraw      consent.withdrawn      consent.denied         403             403
      GET   /v1/intake-batches/:id         none                   intake-batch.denied    403             403
      GET   /v1/intake-batches/:id/errors  none                   intake-batch.denied    403             403
      GET   /v1/source-systems             none                   none                   403             403
      POST  /v1/source-systems             source-system.registered source-system.registered 403             403
      GET   /v1/intake-batches/:id/rows    none                   intake-batch.denied    403             403
      POST  /v1/intake-batches/:id/take-back none                 intake-batch.denied    403             403
      GET   /v1/coinciding-identities      beneficiary.observed   none                   403             403
      GET   /v1/held-rows                  beneficiary.observed   none                   403             403
      GET   /v1/held-rows/:id              beneficiary.observed   held-row.denied        403             403
      POST  /v1/held-rows/:id/decide       held-row.decided       held-row.denied        403             403
      POST  /v1/referral-grounds           403                    403                    403             none
      POST  /v1/consent-withdrawals        403                    403                    403             consent.withdrawn
      POST  /v1/birth-years                403                    403                    403             beneficiary.observed
      POST  /v1/hand-overs                 403                    403                    403             beneficiary.observed
      POST  /v1/disclosures                403                    403                    403             beneficiary.observed`),
  );
});

it('asked by a stranger, a route leaves the same entries for what there is as for what there is not', async () => {
  const ids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
  const aboutNothing = async (route: string) => {
    const request = await requestFor(route);
    return JSON.parse(JSON.stringify(request).replaceAll(ids, () => randomUUID())) as typeof request;
  };
  const routes = served().filter(({ path }) => path.includes(':id'));
  const looking = { routes, viewers: { other }, ask: asking(registry.app, registry.issuer), entries };
  const found = await foundLooks({ ...looking, requestFor });
  expect(await foundLooks({ ...looking, requestFor: aboutNothing })).toEqual(found);
  expect(JSON.stringify(found)).not.toContain('none');
});

it('what cannot be noted is not shown, by any route', async () => {
  const looks = [
    'POST /v1/beneficiaries/lookup',
    'GET /v1/beneficiaries/:id',
    'GET /v1/beneficiaries/:id/accesses',
    'GET /v1/beneficiaries/:id/consents',
    'GET /v1/consents/:id',
    'GET /v1/coinciding-identities',
    'GET /v1/held-rows',
    'GET /v1/held-rows/:id',
    'POST /v1/birth-years',
    'POST /v1/disclosures',
  ];
  const internal = ['POST /v1/birth-years', 'POST /v1/disclosures'];
  const requests = await Promise.all(looks.map(async (route) => ({ route, ...(await requestFor(route)) })));
  const ask = asking(registry.app, registry.issuer);
  await asOwner('revoke insert on entry from public, current_app');
  for (const { route, ...request } of requests) {
    const as = internal.includes(route) ? referralService : own;
    const { status, body } = await ask({ method: route.split(' ')[0] ?? '', as, ...request });
    expect(status, route).toBeGreaterThanOrEqual(500);
    expect(JSON.stringify(body), route).not.toMatch(/Назарова|Гулнора|birthYear|observed|recipientOrganisationId/);
  }
});

/** As the owner of the tables; `current_app` stands for the app role. */
async function asOwner(statement: string): Promise<void> {
  const client = new pg.Client(registry.database.ownerUrl);
  await client.connect();
  await client.query(statement.replace('current_app', new URL(registry.database.appUrl).username));
  await client.end();
}
