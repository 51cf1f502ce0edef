import { randomUUID } from 'node:crypto';
import { timeOfId } from '@rohnamo/contracts';
import { uuidV7 } from '@rohnamo/journal';
import { aClientMadeId, type TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, printed } from './a-slip.ts';
import { type ReferralService, referralService } from './referral-service.ts';

/** When it is by the ids that this process makes, which never go back, whatever clock was told before. */
const now = new Date(timeOfId(uuidV7()));
let at: ReferralService;
beforeAll(async () => {
  at = await referralService({ now: () => now });
});
afterAll(() => at.stop());

/** Somebody makes a draft of a person of their own. */
const make = (id: string, as: TokenRequest = at.roles.referrer) => {
  const person = at.person({ organisationId: as.organisationId });
  return at.call(as, 'POST', '/v1/referrals', at.aNewReferral({ ...person, id, draft: true }));
};
const denialsOf = async (id: string) => {
  const { rows } = await at.pool.query<{ organisation: string }>(
    `select actor->>'organisationId' as organisation from entry where kind = 'referral' and subject = $1 and type = 'referral.denied.v1'`,
    [id],
  );
  return rows.map(({ organisation }) => organisation);
};
const newestOf = async (kind: string) => {
  const { rows } = await at.pool.query<{ subject: string }>(
    'select subject from entry where kind = $1 and version = 1 order by id desc limit 1',
    [kind],
  );
  return rows[0]!.subject;
};
const hoursFromNow = (hours: number) => new Date(now.getTime() + hours * 3_600_000);

describe('an id that a client makes', () => {
  it.each([
    ['of version 4', () => randomUUID()],
    ['of a day and an hour ago', () => aClientMadeId(hoursFromNow(-25))],
    ['of tomorrow and an hour', () => aClientMadeId(hoursFromNow(25))],
    ['of the year 10889', () => `ffffffff-ffff-7${randomUUID().slice(15)}`],
  ])('%s is refused, and the field is named', async (_name, madeId) => {
    expect(await make(madeId())).toMatchObject({ status: 422, body: { errors: [{ pointer: '#/id' }] } });
  });

  it('of less than a day ago or ahead is taken, in any case', async () => {
    for (const hours of [-23, 0, 23]) {
      const id = aClientMadeId(hoursFromNow(hours));
      expect(await make(id.toUpperCase())).toMatchObject({ status: 201, body: { id } });
    }
  });

  it('that is taken is refused in the same words, whatever has it and whoever asks, and the attempt is in the journal', async () => {
    const { referrer, facility, stranger, otherFacility } = at.roles;
    const person = at.person();
    const offering = at.offering();
    const id = await at.refer({ ...person, offeringId: offering.id });
    await at.call(facility, 'POST', `/v1/referrals/${id}/messages`, { text: 'Can they walk?' });
    const { token } = await printed(at, id);
    await at.act(facility, id, 'accept');
    await ask(at, { token, birthYear: 1994, kind: 'other' }, { path: '/v1/status/feedback' });
    const { place } = at.elsewhere();
    const elsewhere = at.offering({ facilityId: place.id });
    const consentId = at.consentTo(person.beneficiaryId, place.organisationId);
    await at.refer({ beneficiaryId: person.beneficiaryId, consentId, offeringId: elsewhere.id });
    const taken = {
      referral: id,
      message: await newestOf('message'),
      slip: await newestOf('slip'),
      person: person.beneficiaryId,
      consent: person.consentId,
      facility: place.id,
      offering: offering.id,
    };
    const answers = new Set<string>();
    for (const [kind, takenId] of Object.entries(taken))
      for (const as of [referrer, facility, stranger, otherFacility]) {
        const before = await denialsOf(takenId);
        const { status, body } = await make(takenId, as);
        expect(status, kind).toBe(409);
        answers.add(JSON.stringify({ ...body, instance: null, traceId: null }));
        expect((await denialsOf(takenId)).toSorted(), kind).toEqual([...before, as.organisationId].toSorted());
      }
    expect([...answers]).toHaveLength(1);
    expect(JSON.parse([...answers][0]!)).toMatchObject({ type: '/problems/already-exists' });
  });

  it('is told to be taken to nobody who could not send what they ask for', async () => {
    const person = at.person();
    const id = await at.refer(person);
    const answers = new Set<string>();
    for (const madeId of [id, person.beneficiaryId, person.consentId, aClientMadeId(now)]) {
      const asked = at.aNewReferral({ beneficiaryId: randomUUID(), id: madeId, draft: true });
      const { status, body } = await at.call(at.roles.stranger, 'POST', '/v1/referrals', asked);
      answers.add(JSON.stringify([status, { ...body, instance: null }]));
    }
    expect([...answers]).toEqual([expect.stringMatching(/^\[422,.*unknown-beneficiary/)]);
  });

  it('that two make in the same moment is one’s alone, and the other is told no more than later', async () => {
    const id = aClientMadeId(now);
    const [one, other] = await Promise.all([make(id), make(id)]);
    const lost = [one, other].find(({ status }) => status !== 201);
    expect(lost).toMatchObject({ status: 409, body: { type: '/problems/already-exists' } });
    expect(await denialsOf(id)).toHaveLength(1);
  });

  it('is answered as before where the request comes again with its key, and that is no denial', async () => {
    const id = aClientMadeId(now);
    const asked = at.aNewReferral({ id, draft: true });
    const headers = { 'idempotency-key': randomUUID() };
    for (const _time of [1, 2])
      expect(await at.call(at.roles.referrer, 'POST', '/v1/referrals', asked, headers)).toMatchObject({
        status: 201,
        body: { id },
      });
    expect(await denialsOf(id)).toEqual([]);
  });

  it('is held to the same in a batch, line by line', async () => {
    const id = await at.refer();
    const lines = [at.aNewReferral({ id }), at.aNewReferral({ id: randomUUID() }), at.aNewReferral()];
    const response = await at.app.inject({
      method: 'POST',
      url: '/v1/referral-batches',
      headers: {
        ...(await at.issuer.authorization(at.roles.referrer)),
        'content-type': 'application/x-ndjson',
      },
      payload: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    });
    const answers = response.body.trim().split('\n');
    const statuses = answers.map((line) => (JSON.parse(line) as { status: number }).status);
    expect(statuses).toEqual([409, 422, 201]);
    expect(await denialsOf(id)).toEqual([at.roles.referrer.organisationId]);
  });
});
