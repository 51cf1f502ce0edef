import { eventData, type JournalEvent, type TrailEntry, type TrailVerification } from '@rohnamo/contracts';
import { readFeed } from '@rohnamo/journal';
import { aClientMadeId, aReferral, eventually, type TokenRequest } from '@rohnamo/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, printed } from './a-slip.ts';
import { type ReferralService, referralService } from './referral-service.ts';

let at: ReferralService;
beforeAll(async () => {
  at = await referralService();
  await at.start();
});
afterAll(() => at.stop());

interface ProvedTrail {
  items: TrailEntry[];
  verification: TrailVerification;
}

/** A referral with all that belongs to it, and everybody's ids of which somebody else may have heard. */
async function aVictim() {
  const { referrer, facility } = at.roles;
  const person = at.person();
  const offering = at.offering();
  const id = await at.refer({ ...person, offeringId: offering.id });
  const say = async (as: TokenRequest) =>
    String((await at.call(as, 'POST', `/v1/referrals/${id}/messages`, { text: 'Can they walk?' })).body['id']);
  const messages = [await say(referrer), await say(facility)];
  const { token } = await printed(at, id);
  await at.act(facility, id, 'accept');
  await ask(at, { token, birthYear: 1994, kind: 'other' }, { path: '/v1/status/feedback' });
  const beside = await at.pool.query<{ kind: string; subject: string }>(
    `select kind, subject from entry where kind in ('slip', 'feedback') and version is not null`,
  );
  const subjects = [
    { kind: 'referral', subject: id },
    ...messages.map((subject) => ({ kind: 'message', subject })),
    ...beside.rows,
  ];
  const task = (await at.call(facility, 'GET', `/v1/referrals/${id}`)).body['taskId'] as string | undefined;
  const others = [person.beneficiaryId, person.consentId, offering.id, at.facilityId, referrer.organisationId];
  return { id, subjects, ids: [...subjects.map(({ subject }) => subject), ...others, ...(task ? [task] : [])] };
}

/** What the parties read of a referral, and what of it is published: all that others may not move. */
async function standingOf({ id, subjects }: Awaited<ReturnType<typeof aVictim>>) {
  const trail = (as: TokenRequest) =>
    eventually(async () => {
      const { body } = await at.call(as, 'GET', `/v1/referrals/${id}/trail?verify=true`);
      const { items, verification } = body as unknown as ProvedTrail;
      const { checkpoint: _moves, ...proved } = verification;
      return verification.pending === 0 && { items, proved };
    });
  const mine = new Set(subjects.map(({ kind, subject }) => `${kind} ${subject}`));
  const published: Pick<JournalEvent, 'id' | 'sequence'>[] = [];
  for (let after = 0; ;) {
    const page = await readFeed(at.pool, { after, limit: 1000 });
    for (const { id: event, kind, subject, version, type } of page)
      if (mine.has(`${kind} ${subject}`) && version !== null && Object.hasOwn(eventData, type))
        published.push({ id: event, sequence: version });
    if (page.length < 1000) break;
    after = page.at(-1)!.position;
  }
  const { referrer, facility } = at.roles;
  const messages = async (as: TokenRequest) => (await at.call(as, 'GET', `/v1/referrals/${id}/messages`)).body;
  return {
    referrer: await trail(referrer),
    facility: await trail(facility),
    said: await messages(referrer),
    published,
  };
}

it('no sequence of calls by one tenant, with ids of whatever of another’s, moves the other’s trail, its proof, its messages or what is published of it', async () => {
  const victim = await aVictim();
  const { stranger, otherFacility } = at.roles;
  const { place, there } = at.elsewhere();
  const offeringId = at.offering({ facilityId: place.id }).id;
  const before = await standingOf(victim);
  expect(before.referrer.proved).toMatchObject({ broken: [], missingVersions: [] });

  const own = (id: string, draft: boolean) =>
    aReferral(
      { ...at.person({ organisationId: stranger.organisationId, recipient: place.organisationId }), offeringId },
      { id, draft },
    );
  const calls = {
    refer: (as: TokenRequest, id: string) => at.call(as, 'POST', '/v1/referrals', own(id, false)),
    draft: (as: TokenRequest, id: string) => at.call(as, 'POST', '/v1/referrals', own(id, true)),
    batch: async (as: TokenRequest, id: string) =>
      at.app.inject({
        method: 'POST',
        url: '/v1/referral-batches',
        headers: { ...(await at.issuer.authorization(as)), 'content-type': 'application/x-ndjson' },
        payload: `${JSON.stringify(own(id, false))}\n`,
      }),
    onward: (as: TokenRequest, id: string) =>
      at.call(as, 'POST', '/v1/referrals', { ...at.aNewReferral(), onwardOf: id }),
    read: (as: TokenRequest, id: string) => at.call(as, 'GET', `/v1/referrals/${id}`),
    trail: (as: TokenRequest, id: string) => at.call(as, 'GET', `/v1/referrals/${id}/trail?verify=true`),
    say: (as: TokenRequest, id: string) => at.call(as, 'POST', `/v1/referrals/${id}/messages`, { text: 'Hello' }),
    submit: (as: TokenRequest, id: string) => at.act(as, id, 'submit'),
    accept: (as: TokenRequest, id: string) => at.act(as, id, 'accept'),
    cancel: (as: TokenRequest, id: string) => at.act(as, id, 'request_cancel'),
    details: (as: TokenRequest, id: string) => at.call(as, 'GET', `/v1/referrals/${id}/beneficiary`),
    slip: (as: TokenRequest, id: string) => at.call(as, 'POST', `/v1/referrals/${id}/slip`, { language: 'tg' }),
  };
  const anyCall = fc.record({
    what: fc.constantFrom(...(Object.keys(calls) as (keyof typeof calls)[])),
    as: fc.constantFrom(stranger, otherFacility, there),
    id: fc.constantFrom(...victim.ids),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(anyCall, { minLength: 1, maxLength: 12 }), async (sequence) => {
      for (const { what, as, id } of sequence) {
        const answer = await calls[what](as, id);
        if ('status' in answer)
          expect(answer.status, `${what} ${JSON.stringify(answer.body)}`).toBeGreaterThanOrEqual(400);
      }
    }),
    { numRuns: 40 },
  );
  expect(await standingOf(victim)).toEqual(before);
  expect((await calls.refer(stranger, aClientMadeId())).status, 'the id is all that was in the way').toBe(201);
}, 60_000);

it('a subject of another kind with the same id, as could be made once, has a trail of its own and breaks no proof', async () => {
  const victim = await aVictim();
  const before = await standingOf(victim);
  const [, message] = victim.subjects;
  // Written by the database's own means, as a referral of before could be: the routes refuse it.
  const { rowCount } = await at.pool.query(
    `with e as (insert into entry (id, kind, subject, version, type, time, data, actor, nonce)
       select gen_random_uuid(), kind, $1::uuid, v, 'referral.drafted.v1', now(), e.data, e.actor, decode(md5(v::text), 'hex')
       from entry e, generate_series(1, 3) v where e.subject = $2 and e.kind = 'referral' and e.version = 1 returning id)
     insert into unplaced (id) select id from e`,
    [message!.subject, victim.id],
  );
  expect(rowCount).toBe(3);
  const own = await at.pool.query('select from entry where kind = $1 and subject = $2 and version is not null', [
    'referral',
    message!.subject,
  ]);
  expect(own.rowCount).toBe(3);
  expect(await standingOf(victim)).toEqual(before);
});
