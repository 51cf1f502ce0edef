import { randomUUID } from 'node:crypto';
import type { ServedAction } from '@rohnamo/contracts';
import { routeTable } from '@rohnamo/service-kit';
import { asking, foundLooks, sightTable, type TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleFor } from './examples.ts';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
});
afterAll(() => at.stop());

const entries = async () => (await at.pool.query<{ id: string; type: string }>('select id, type from entry')).rows;
const typesSince = async <Answer>(ask: () => Promise<Answer>): Promise<[Answer, string[]]> => {
  const before = new Set((await entries()).map(({ id }) => id));
  const answer = await ask();
  return [answer, (await entries()).filter(({ id }) => !before.has(id)).map(({ type }) => type)];
};

/** A referral from which an action is legal for the facility, or else for the referrer. */
async function readyFor(action: string): Promise<string> {
  const id = await at.refer({ draft: action === 'submit' });
  const steps: Record<string, [keyof ReferralService['roles'], ServedAction][]> = {
    answer_info: [['facility', 'request_info']],
    reschedule: [['facility', 'schedule']],
    record_no_show: [['facility', 'schedule']],
    complete: [['facility', 'accept']],
    beneficiary: [['facility', 'accept']],
    close: [['facility', 'reject']],
    record_interim: [['facility', 'start']],
    reopen: [
      ['facility', 'reject'],
      ['referrer', 'close'],
    ],
    confirm_cancel: [
      ['facility', 'acknowledge'],
      ['referrer', 'request_cancel'],
    ],
  };
  for (const [role, step] of steps[action] ?? []) await at.act(at.roles[role], id, step, exampleFor(step));
  if (action === 'record_no_show')
    await at.pool.query('update referral set appointment_at = now() where id = $1', [id]);
  return id;
}
async function requestFor(route: string) {
  const [, path = ''] = route.split(' ');
  if (route === 'POST /v1/referrals') return { url: path, body: at.aNewReferral() };
  if (route === 'POST /v1/referral-batches')
    return {
      url: path,
      body: Buffer.from(JSON.stringify(at.aNewReferral())),
      headers: { 'content-type': 'application/x-ndjson' },
    };
  if (route === 'PATCH /v1/referrals/:id')
    return {
      url: path.replace(':id', await at.refer({ draft: true })),
      body: { priority: 'urgent' },
      headers: { 'if-match': '"1"' },
    };
  if (route === 'POST /v1/feedback') {
    const { body } = await at.call(at.roles.referrer, 'GET', `/v1/referrals/${await at.refer()}`);
    return { url: path, body: { number: body['number'], kind: 'not-helped' } };
  }
  if (route === 'POST /v1/recommendations') return { url: path, body: { referralId: await at.refer() } };
  if (route === 'POST /v1/worklist') {
    for (const draft of [true, false]) await at.refer({ draft }); // something to do for either
    return { url: path };
  }
  const action = path.split('/').at(-1) ?? '';
  const body = route.startsWith('POST') ? exampleFor(action) : undefined;
  return { url: path.replace(':id', await readyFor(action)), ...(body === undefined ? {} : { body }) };
}

describe('every route that shows something of a referral, or refuses to', () => {
  it('has left its entry when it answers', async () => {
    const { referrer, facility, otherFacility, stranger, supervisor, auditor } = at.roles;
    const found = await foundLooks({
      // Those of the journal and of parked events hold nothing personal.
      routes: routeTable(at.app).filter(({ path }) => !/^\/v1\/(journal|parked)/.test(path)),
      viewers: { referrer, facility, 'other-facility': otherFacility, stranger, supervisor, auditor },
      requestFor,
      ask: asking(at.app, at.issuer),
      entries,
    });
    // A trail has states and codes, and what a supervisor sees is no more: neither is a look. `none` of an action is a 409, with codes alone.
    expect(found).toEqual(
      sightTable(`
        referrer facility other-facility stranger supervisor auditor
        GET  /v1/referrals                    referral-list.observed     referral-list.observed   none none none 403
        POST /v1/referrals                    referral.sent              none none none referral.sent 403
        POST /v1/recommendations              referral.observed          referral.observed        referral.denied referral.denied none 403
        POST /v1/worklist                     referral-list.observed     referral-list.observed   none none none 403
        POST /v1/referral-batches             referral.sent              none none none referral.sent 403
        GET  /v1/referrals/:id                referral.observed          referral.observed        referral.denied referral.denied none 403
        PATCH /v1/referrals/:id               referral.draft-changed     referral.denied          referral.denied referral.denied referral.draft-changed 403
        GET  /v1/referrals/:id/trail          none                       none                     referral.denied referral.denied none none
        GET  /v1/referrals/:id/beneficiary    403                        referral.observed        referral.denied 403 403 403
        GET  /v1/referrals/:id/messages       referral.observed          referral.observed        referral.denied referral.denied 403 403
        POST /v1/referrals/:id/messages       message.sent               message.sent             referral.denied referral.denied 403 403
        POST /v1/referrals/:id/slip           referral.observed+slip.issued referral.denied         referral.denied referral.denied 403 403
        GET  /v1/statistics                   403                        403                      403 403 none 403
        GET  /v1/feedback                     403                        403                      403 403 none 403
        POST /v1/feedback                     403                        403                      403 403 feedback.given 403
        POST /v1/referrals/:id/submit         referral.sent              referral.denied          referral.denied referral.denied referral.sent 403
        POST /v1/referrals/:id/answer_info    referral.info-answered     none                     referral.denied referral.denied referral.info-answered 403
        POST /v1/referrals/:id/close          referral.closed            none                     referral.denied referral.denied referral.closed 403
        POST /v1/referrals/:id/request_cancel referral.cancelled         none                     referral.denied referral.denied referral.cancelled 403
        POST /v1/referrals/:id/decline        referral.declined          referral.declined        referral.denied referral.denied referral.declined 403
        POST /v1/referrals/:id/mark_error     referral.entered-in-error  none                     referral.denied referral.denied referral.entered-in-error 403
        POST /v1/referrals/:id/reroute        none                       none                     referral.denied referral.denied none 403
        POST /v1/referrals/:id/reopen         referral.reopened          none                     referral.denied referral.denied referral.reopened 403
        POST /v1/referrals/:id/redirect       403                        none                     referral.denied 403 403 403
        POST /v1/referrals/:id/record_interim 403                        referral.interim-recorded referral.denied 403 403 403
        POST /v1/referrals/:id/reassign       403                        403                      403             403 none 403
        POST /v1/referrals/:id/propose_transfer 403                      403                      403             403 none 403
        POST /v1/referrals/:id/accept_transfer none                      none                     referral.denied referral.denied none 403
        POST /v1/referrals/:id/decline_transfer none                     none                     referral.denied referral.denied none 403
        POST /v1/referrals/:id/revoke         403                        403                      403             403 referral.revoked 403
        POST /v1/referrals/:id/acknowledge    403                        referral.acknowledged    referral.denied 403 403 403
        POST /v1/referrals/:id/request_info   403                        referral.info-requested  referral.denied 403 403 403
        POST /v1/referrals/:id/accept         403                        referral.accepted        referral.denied 403 403 403
        POST /v1/referrals/:id/reject         403                        referral.rejected        referral.denied 403 403 403
        POST /v1/referrals/:id/schedule       403                        referral.scheduled       referral.denied 403 403 403
        POST /v1/referrals/:id/reschedule     403                        referral.rescheduled     referral.denied 403 403 403
        POST /v1/referrals/:id/record_no_show 403                        referral.no-show-recorded referral.denied 403 403 403
        POST /v1/referrals/:id/start          403                        referral.started         referral.denied 403 403 403
        POST /v1/referrals/:id/complete       403                        referral.completed       referral.denied 403 403 403
        POST /v1/referrals/:id/confirm_cancel 403                        referral.cancelled       referral.denied 403 403 403`),
    );
  });
});

it('what a batch answers of a line that was done before is no look: a number and a state', async () => {
  const headers = { 'content-type': 'application/x-ndjson', 'idempotency-key': randomUUID() };
  const body = Buffer.from(JSON.stringify(at.aNewReferral()));
  const send = () => at.call(at.roles.referrer, 'POST', '/v1/referral-batches', body, headers);
  const { body: first } = await send();
  const [again, types] = await typesSince(send);
  expect([again.body, types]).toEqual([first, []]);
  expect(Object.keys(first).toSorted()).toEqual(['id', 'line', 'number', 'state', 'status']);
});

describe('what shows a referral without changing it', () => {
  const repeated = async (as: TokenRequest, ask: () => ReturnType<ReferralService['call']>) => {
    expect((await ask()).status).toBeLessThan(300);
    const [again, types] = await typesSince(ask);
    expect(again.status, as.role).toBeLessThan(300);
    return types;
  };

  it('is noted where the same key is answered again', async () => {
    const { referrer, facility } = at.roles;
    const body = at.aNewReferral();
    const headers = { 'idempotency-key': randomUUID() };
    expect(await repeated(referrer, () => at.call(referrer, 'POST', '/v1/referrals', body, headers))).toEqual([
      'referral.observed.v1',
    ]);
    const id = await at.refer();
    expect(await repeated(facility, () => at.act(facility, id, 'accept', {}, headers))).toEqual([
      'referral.observed.v1',
    ]);
  });

  it('is noted where it is refused, too: before acceptance, after withdrawal, to the referrer', async () => {
    const { facility } = at.roles;
    const person = at.person();
    const id = await at.refer(person);
    const details = (as: TokenRequest) => () => at.call(as, 'GET', `/v1/referrals/${id}/beneficiary`);
    const [before, types] = await typesSince(details(facility));
    expect([before.body['type'], types]).toEqual(['/problems/details-closed', ['referral.denied.v1']]);
    await at.act(facility, id, 'accept');
    at.grounds.get(person.beneficiaryId)!.consent.state = 'withdrawn';
    const [after, typesAfter] = await typesSince(details(facility));
    // What the registry says then stops sharing as its event would.
    expect([after.body['type'], typesAfter.toSorted()]).toEqual([
      '/problems/details-closed',
      ['referral.consent-withdrawn.v1', 'referral.denied.v1'],
    ]);
    const referringFacility = { ...facility, organisationId: at.roles.referrer.organisationId, clientId: 'referrer' };
    const [referrers, typesOfReferrer] = await typesSince(details(referringFacility));
    expect([referrers.status, typesOfReferrer]).toEqual([404, ['referral.denied.v1']]);
  });
});
