import { randomUUID } from 'node:crypto';
import { actionBodies, type ServedAction } from '@rohnamo/contracts';
import { routeTable } from '@rohnamo/service-kit';
import {
  accessTable,
  asking,
  commonRoutes,
  foundAccess,
  foundSights,
  sightTable,
  type TokenRequest,
} from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
});
afterAll(() => at.stop());

describe('each route', () => {
  it('lets in whom the table names, with the scope that it asks for, and nobody else', async () => {
    const found = await foundAccess(routeTable(at.app), asking(at.app, at.issuer));
    // Who may do what to one referral is decided behind the door, by their part in it: see below and lifecycle.test.ts.
    expect(found).toEqual(
      accessTable(`
        nobody                                  migration-service facility supervisor directory-admin auditor operator service
        GET  /v1/referrals                  401 allowed           allowed  allowed    403             403     403      403
        POST /v1/referrals                  401 allowed           allowed  allowed    403             403     403      403
        GET  /v1/referrals/:id              401 allowed           allowed  allowed    403             403     403      403
        GET  /v1/referrals/:id/trail        401 allowed           allowed  allowed    403             allowed 403      403
        GET  /v1/referrals/:id/beneficiary  401 403               allowed  403        403             403     403      403
        POST /v1/referrals/:id/submit          401 allowed        allowed  allowed    403             403     403      403
        POST /v1/referrals/:id/answer_info     401 allowed        allowed  allowed    403             403     403      403
        POST /v1/referrals/:id/close           401 allowed        allowed  allowed    403             403     403      403
        POST /v1/referrals/:id/request_cancel  401 allowed        allowed  allowed    403             403     403      403
        POST /v1/referrals/:id/decline         401 allowed        allowed  allowed    403             403     403      403
        POST /v1/referrals/:id/revoke          401 403            403      allowed    403             403     403      403
        POST /v1/referrals/:id/mark_error      401 allowed        allowed  allowed    403             403     403      403
        POST /v1/referrals/:id/acknowledge     401 403            allowed  403        403             403     403      403
        POST /v1/referrals/:id/request_info    401 403            allowed  403        403             403     403      403
        POST /v1/referrals/:id/accept          401 403            allowed  403        403             403     403      403
        POST /v1/referrals/:id/reject          401 403            allowed  403        403             403     403      403
        POST /v1/referrals/:id/schedule        401 403            allowed  403        403             403     403      403
        POST /v1/referrals/:id/reschedule      401 403            allowed  403        403             403     403      403
        POST /v1/referrals/:id/record_no_show  401 403            allowed  403        403             403     403      403
        POST /v1/referrals/:id/start           401 403            allowed  403        403             403     403      403
        POST /v1/referrals/:id/complete        401 403            allowed  403        403             403     403      403
        POST /v1/referrals/:id/confirm_cancel  401 403            allowed  403        403             403     403      403
        ${commonRoutes}`),
    );
  });
});

/** Everybody with a token, near a referral or far from it. */
const viewers = () => {
  const { referrer, facility, otherFacility, stranger, supervisor, auditor } = at.roles;
  return {
    referrer,
    facility,
    /** Of the facility's organisation, at another of its facilities. */
    'next-door': { ...facility, facilityIds: [randomUUID()], clientId: 'next-door' },
    /** Of another organisation, with a token that names the facility all the same. */
    'wrong-house': { ...otherFacility, facilityIds: [at.facilityId], clientId: 'wrong-house' },
    'other-facility': otherFacility,
    stranger,
    supervisor,
    'its-supervisor': { ...supervisor, organisationId: facility.organisationId, clientId: 'its-supervisor' },
    'other-supervisor': { ...supervisor, organisationId: randomUUID(), clientId: 'other-supervisor' },
    auditor,
  } satisfies Record<string, TokenRequest>;
};

const sightsOf = (id: string) =>
  foundSights({
    routes: routeTable(at.app),
    subjectOf: () => id,
    nothing: randomUUID(),
    viewers: viewers(),
    bodyOf: (route) => exampleFor(route.split('/').at(-1) ?? ''),
    ask: asking(at.app, at.issuer),
  });

function exampleFor(action: string): object | undefined {
  if (!(action in actionBodies)) return undefined;
  const examples = actionBodies[action as ServedAction].meta()?.['examples']; // it is one of the keys
  const [example = {}] = (examples ?? []) as object[]; // given beside the schema, and of its form
  return example;
}

const head = `
  referrer facility next-door wrong-house other-facility stranger supervisor its-supervisor other-supervisor auditor`;
const both = ['submit', 'answer_info', 'close', 'request_cancel', 'decline', 'mark_error'];
const supervising = ['revoke'];
const answering = [
  'acknowledge',
  'request_info',
  'accept',
  'reject',
  'schedule',
  'reschedule',
  'record_no_show',
  'start',
  'complete',
  'confirm_cancel',
];
const linesOf = (actions: string[], cells: string) =>
  actions.map((action) => `POST /v1/referrals/:id/${action} ${cells}`).join('\n');

describe('a referral is not there for whom it is not', () => {
  it('once it was sent: it answers as if there were none', async () => {
    expect(await sightsOf(await at.refer())).toEqual(
      sightTable(`${head}
        GET /v1/referrals/:id             seen seen 404 404 404 404 seen seen 404 403
        GET /v1/referrals/:id/trail       seen seen 404 404 404 404 seen seen 404 seen
        GET /v1/referrals/:id/beneficiary 403  seen 404 404 404 403 403  403  403 403
        ${linesOf(both, '                 seen seen 404 404 404 404 seen seen 404 403')}
        ${linesOf(supervising, '          403  403  403 403 403 403 seen seen 404 403')}
        ${linesOf(answering, '            403  seen 404 404 404 403 403  403  403 403')}`),
    );
  });

  it('while it is a draft: not for the facility either', async () => {
    expect(await sightsOf(await at.refer({ draft: true }))).toEqual(
      sightTable(`${head}
        GET /v1/referrals/:id             seen 404 404 404 404 404 seen 404 404 403
        GET /v1/referrals/:id/trail       seen 404 404 404 404 404 seen 404 404 seen
        GET /v1/referrals/:id/beneficiary 403  404 404 404 404 403 403  403 403 403
        ${linesOf(both, '                 seen 404 404 404 404 404 seen 404 404 403')}
        ${linesOf(supervising, '          403  403 403 403 403 403 seen 404 404 403')}
        ${linesOf(answering, '            403  404 404 404 404 403 403  403 403 403')}`),
    );
  });

  it('in lists: not by any filter, nor by the cursor of somebody who sees it', async () => {
    const reference = randomUUID();
    const sent = await at.refer({ reference });
    await at.refer();
    await at.refer({ draft: true });
    const list = async (as: TokenRequest, query: string) => {
      const { body } = await at.call(as, 'GET', `/v1/referrals?${query}`);
      return body as unknown as { items: { id: string }[]; next: string | null };
    };
    const { next } = await list(at.roles.referrer, 'limit=1');
    expect((await list(at.roles.referrer, `reference=${reference}`)).items.map(({ id }) => id)).toEqual([sent]);
    expect((await list(at.roles.referrer, `cursor=${next}`)).items.length).toBeGreaterThan(0);

    const { auditor: _auditor, ...callers } = viewers();
    const filters = ['', `facilityId=${at.facilityId}`, 'state=draft,sent', `cursor=${next}`, `reference=${reference}`];
    for (const name of ['next-door', 'wrong-house', 'other-facility', 'stranger', 'other-supervisor'] as const)
      for (const filter of filters)
        expect(await list(callers[name], filter), `${name} ${filter}`).toEqual({ items: [], next: null });
    for (const name of ['facility', 'its-supervisor'] as const) {
      expect((await list(callers[name], 'state=draft')).items, name).toEqual([]);
      expect((await list(callers[name], `reference=${reference}`)).items, name).toEqual([]);
    }
  });

  it('when it is tried again with a key that a colleague has used', async () => {
    const body = at.aNewReferral();
    const headers = { 'idempotency-key': randomUUID() };
    const first = await at.call(at.roles.referrer, 'POST', '/v1/referrals', body, headers);
    const moved = { ...at.roles.referrer, organisationId: randomUUID() };
    const again = await at.call(moved, 'POST', '/v1/referrals', body, headers);
    expect([first.status, again.status]).toEqual([201, 404]);
    expect(JSON.stringify(again.body)).not.toContain(first.body['id']);
  });
});
