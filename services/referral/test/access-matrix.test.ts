import { randomUUID } from 'node:crypto';
import { routeTable } from '@rohnamo/service-kit';
import {
  accessTable,
  asking,
  commonRoutes,
  foundAccess,
  foundSights,
  parkedRoutes,
  sightTable,
  type TokenRequest,
} from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleFor } from './examples.ts';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
let now = new Date('2026-11-24T06:00:00.000Z');
beforeAll(async () => {
  at = await referralService({ now: () => now });
});
afterAll(() => at.stop());

describe('each route', () => {
  it('lets in whom the table names, with the scope that it asks for, and nobody else', async () => {
    const found = await foundAccess(routeTable(at.app), asking(at.app, at.issuer), at.verifier);
    // Who may do what to one referral is decided behind the door, by their part in it: see below and lifecycle.test.ts.
    expect(found).toEqual(
      accessTable(`
        nobody                                  migration-service facility supervisor directory-admin auditor operator service
        GET  /v1/referrals                  401 allowed           allowed  allowed    403             403     403      403
        POST /v1/referrals                  401 allowed           allowed  allowed    403             403     403      403
        POST /v1/recommendations            401 allowed           allowed  allowed    403             403     403      403
        POST /v1/worklist                   401 allowed           allowed  allowed    403             403     403      403
        POST /v1/referral-batches           401 allowed           allowed  allowed    403             403     403      403
        GET  /v1/referrals/:id              401 allowed           allowed  allowed    403             403     403      403
        PATCH /v1/referrals/:id             401 allowed           allowed  allowed    403             403     403      403
        GET  /v1/referrals/:id/trail        401 allowed           allowed  allowed    403             allowed 403      403
        GET  /v1/referrals/:id/beneficiary  401 403               allowed  403        403             403     403      403
        GET  /v1/referrals/:id/messages     401 allowed           allowed  403        403             403     403      403
        POST /v1/referrals/:id/messages     401 allowed           allowed  403        403             403     403      403
        POST /v1/referrals/:id/slip         401 allowed           allowed  403        403             403     403      403
        POST /v1/status                     everybody
        POST /v1/status/feedback            everybody
        POST /v1/status/withdraw            everybody
        GET  /v1/statistics                 401 403               403      allowed    403             403     403      403
        GET  /v1/feedback                   401 403               403      allowed    403             403     403      403
        POST /v1/feedback                   401 403               403      allowed    403             403     403      403
        POST /v1/referrals/:id/submit          401 allowed        allowed  allowed    403             403     403      403
        POST /v1/referrals/:id/answer_info     401 allowed        allowed  allowed    403             403     403      403
        POST /v1/referrals/:id/close           401 allowed        allowed  allowed    403             403     403      403
        POST /v1/referrals/:id/request_cancel  401 allowed        allowed  allowed    403             403     403      403
        POST /v1/referrals/:id/decline         401 allowed        allowed  allowed    403             403     403      403
        POST /v1/referrals/:id/reroute         401 allowed        allowed  allowed    403             403     403      403
        POST /v1/referrals/:id/reopen          401 allowed        allowed  allowed    403             403     403      403
        POST /v1/referrals/:id/reassign        401 403            403      allowed    403             403     403      403
        POST /v1/referrals/:id/propose_transfer 401 403           403      allowed    403             403     403      403
        POST /v1/referrals/:id/accept_transfer 401 allowed        allowed  allowed    403             403     403      403
        POST /v1/referrals/:id/decline_transfer 401 allowed       allowed  allowed    403             403     403      403
        POST /v1/referrals/:id/redirect        401 403            allowed  403        403             403     403      403
        POST /v1/referrals/:id/record_interim  401 403            allowed  403        403             403     403      403
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
        ${commonRoutes}
      ${parkedRoutes}`),
    );
  });
});

describe('a token that may only read', () => {
  it('changes nothing, and says nothing', async () => {
    const readsByPost = ['/v1/worklist'];
    const letIn = routeTable(at.app)
      .filter(({ method, access }) => !['GET', 'HEAD'].includes(method) && access.kind === 'allowed')
      .filter(({ access }) => access.kind === 'allowed' && access.scopes.some((scope) => scope.endsWith(':read')))
      .map(({ path }) => path);
    expect(letIn).toEqual(readsByPost);
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
    bodyOf: (route) => (route.startsWith('PATCH') ? {} : exampleOf(route)),
    ask: asking(at.app, at.issuer),
  });

const exampleOf = (route: string) => (route.startsWith('POST') ? exampleFor(route.split('/').at(-1) ?? '') : undefined);

const head = `
  referrer facility next-door wrong-house other-facility stranger supervisor its-supervisor other-supervisor auditor`;
const both = [
  'submit',
  'answer_info',
  'close',
  'request_cancel',
  'reroute',
  'reopen',
  'decline',
  'mark_error',
  'accept_transfer',
  'decline_transfer',
];
const supervising = ['revoke', 'reassign', 'propose_transfer'];
const answering = [
  'acknowledge',
  'request_info',
  'accept',
  'reject',
  'redirect',
  'schedule',
  'reschedule',
  'record_no_show',
  'start',
  'record_interim',
  'complete',
  'confirm_cancel',
];
const linesOf = (actions: string[], cells: string) =>
  actions.map((action) => `POST /v1/referrals/:id/${action} ${cells}`).join('\n');

/** Whom a referral is there for; on the way each action is tried, so that the facility has accepted it before it asks for the details. */
const sights = (details: 'seen' | 'closed') =>
  sightTable(`${head}
  GET /v1/referrals/:id             seen seen   404 404 404 404 seen seen 404 403
  PATCH /v1/referrals/:id           seen seen   404 404 404 404 seen seen 404 403
  GET /v1/referrals/:id/trail       seen seen   404 404 404 404 seen seen 404 seen
  GET /v1/referrals/:id/beneficiary 403  ${details} 404 404 404 403 403  403  403 403
  GET /v1/referrals/:id/messages    seen seen   404 404 404 404 403  403  403 403
  POST /v1/referrals/:id/messages   seen seen   404 404 404 404 403  403  403 403
  POST /v1/referrals/:id/slip       seen 404    404 404 404 404 403  403  403 403
  ${linesOf(both, '                 seen seen   404 404 404 404 seen seen 404 403')}
  ${linesOf(supervising, '          403  403    403 403 403 403 seen seen 404 403')}
  ${linesOf(answering, '            403  seen   404 404 404 403 403  403  403 403')}`);

describe('a referral is not there for whom it is not', () => {
  it('once it was sent: it answers as if there were none', async () => {
    expect(await sightsOf(await at.refer())).toEqual(sights('seen'));
  });

  it('while it is a draft: not for the facility either', async () => {
    expect(await sightsOf(await at.refer({ draft: true }))).toEqual(
      sightTable(`${head}
        GET /v1/referrals/:id             seen 404 404 404 404 404 seen 404 404 403
        PATCH /v1/referrals/:id           seen 404 404 404 404 404 seen 404 404 403
        GET /v1/referrals/:id/trail       seen 404 404 404 404 404 seen 404 404 seen
        GET /v1/referrals/:id/beneficiary 403  404 404 404 404 403 403  403 403 403
        GET /v1/referrals/:id/messages    seen 404 404 404 404 404 403  403 403 403
        POST /v1/referrals/:id/messages   seen 404 404 404 404 404 403  403 403 403
        POST /v1/referrals/:id/slip       seen 404 404 404 404 404 403  403 403 403
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

describe('a facility from which it was taken away', () => {
  it('sees that it was, and may do nothing: neither its details nor those of the next are there for it', async () => {
    const person = at.person();
    const id = await at.refer({ ...person, offeringId: at.offering().id });
    const { place, there } = at.elsewhere();
    const consentId = at.consentTo(person.beneficiaryId, place.organisationId);
    await at.act(at.roles.referrer, id, 'reroute', {
      offeringId: at.offering({ facilityId: place.id }).id,
      consentId,
    });
    const { facility, referrer } = at.roles;
    const found = await foundSights({
      routes: routeTable(at.app).filter(({ method, path }) => method === 'GET' || path.endsWith('/accept')),
      subjectOf: () => id,
      nothing: randomUUID(),
      viewers: { referrer, former: facility, next: there },
      bodyOf: () => ({}),
      ask: asking(at.app, at.issuer),
    });
    expect(found).toEqual(
      sightTable(`
        referrer former next
        GET  /v1/referrals/:id             seen seen seen
        GET  /v1/referrals/:id/trail       seen seen seen
        GET  /v1/referrals/:id/beneficiary 403  404  seen
        GET  /v1/referrals/:id/messages    seen 404  seen
        POST /v1/referrals/:id/accept      403  seen seen`),
    );
    expect((await at.call(facility, 'GET', `/v1/referrals/${id}`)).body).toMatchObject({ view: 'former' });
  });
});

describe('a facility whose part is over sees what it saw before acceptance, and no more', () => {
  const day = 24 * 3600 * 1000;
  const withdraw = (id: string) =>
    at.pool.query('update referral set sharing_stopped = true, version = version + 1 where id = $1', [id]);
  const act = (role: 'facility' | 'referrer', id: string, action: string, body: object = {}) =>
    at.act(at.roles[role], id, action, body);
  const endings: [string, (id: string) => Promise<unknown>][] = [
    ['it has rejected it', (id) => act('facility', id, 'reject', { code: 'no-capacity' })],
    ['the person has declined', (id) => act('referrer', id, 'decline')],
    [
      'the referrer has cancelled it',
      async (id) => {
        await act('referrer', id, 'request_cancel');
        await act('facility', id, 'confirm_cancel');
      },
    ],
    ['the person has withdrawn their consent', withdraw],
    ['it was made in error', (id) => act('referrer', id, 'mark_error')],
    [
      'thirty days have gone by since it was closed',
      async (id) => {
        await act('facility', id, 'complete', { outcome: 'treated', findings: 'A fracture.' });
        await act('referrer', id, 'close', { needMet: true });
        now = new Date(now.getTime() + 30 * day + 1);
      },
    ],
  ];

  it.each(endings)('once %s', async (_when, end) => {
    const [older, id] = [await at.refer(), await at.refer()];
    const { facility } = at.roles;
    const read = async (url: string) => (await at.call(facility, 'GET', url)).body;
    const listed = (query: string) =>
      read(`/v1/referrals?${query}`) as unknown as Promise<{ items: object[]; next: string }>;
    const headers = { 'idempotency-key': randomUUID() };
    const accept = (which: string) => at.act(facility, which, 'accept', {}, headers);
    await at.act(facility, older, 'accept');
    expect((await accept(id)).body).toMatchObject({ view: 'details' });
    const { next } = await listed('limit=1');
    await end(older);
    await end(id);

    const answers = [
      await read(`/v1/referrals/${id}`),
      (await accept(id)).body,
      (await listed('limit=1')).items[0],
      (await listed(`limit=1&cursor=${next}`)).items[0],
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject({ view: 'triage' });
      expect(answer).not.toHaveProperty('details');
      expect(answer).not.toHaveProperty('outcome');
    }
    expect(await sightsOf(id)).toEqual(sights('closed'));
  });
});
