import { randomUUID } from 'node:crypto';
import type { TokenRequest } from '@rohnamo/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { consentsAtRegistry } from './consents-at-registry.ts';
import { type ReferralService, referralService } from './referral-service.ts';

const minuteMs = 60_000;
let at: ReferralService;
let clock = new Date('2026-11-24T06:00:00.000Z');
beforeAll(async () => {
  at = await referralService({ now: () => clock });
});
afterAll(() => at.stop());
beforeEach(() => at.goDown(false));

const later = (minutes: number) => void (clock = new Date(clock.getTime() + minutes * minuteMs));
const { withdraw, endAt, hearOfWithdrawal } = consentsAtRegistry(
  () => at,
  () => clock,
);
const secret = 'fell from a scaffold';
const appointment = { appointmentAt: '2026-11-30T06:00:00.000Z' };
const read = async (as: TokenRequest, id: string) => (await at.call(as, 'GET', `/v1/referrals/${id}`)).body;
const trailOf = async (id: string) => {
  const { body } = await at.call(at.roles.referrer, 'GET', `/v1/referrals/${id}/trail`);
  return (body['items'] as unknown as { type: string }[]).map(({ type }) => type.slice('referral.'.length, -3));
};
/** How somebody was taken on, and what is done with them next. */
const next: [string, string, object, string][] = [
  ['schedule', 'accept', appointment, 'scheduled'],
  ['start', 'accept', {}, 'in_service'],
  ['start', 'schedule', {}, 'in_service'],
  ['reschedule', 'schedule', appointment, 'scheduled'],
];
/** Somebody who was taken on under a consent that the registry had confirmed. */
const takenOn = async (how: string, headers: Record<string, string> = {}) => {
  const person = at.person();
  const id = await at.refer({ ...person, reason: secret });
  const taken = await at.act(at.roles.facility, id, how, how === 'schedule' ? appointment : {}, headers);
  expect(taken.body).toMatchObject({ view: 'details', consentUnconfirmed: false });
  later(1);
  return { person, id };
};

describe.each(next)('%s of whom a facility has taken on by %s', (action, how, body, state) => {
  const go = (id: string, headers = {}) => at.act(at.roles.facility, id, action, body, headers);

  it.each(['withdrawn', 'ended'])(
    'goes on where the consent was %s at the registry, and opens nothing',
    async (gone) => {
      const { person, id } = await takenOn(how);
      if (gone === 'withdrawn') withdraw(person);
      else endAt(person, new Date(clock.getTime() - 1));
      later(1);
      const answer = await go(id, { 'if-match': '"2"' });
      const stopped = { state, view: 'triage', sharingStopped: true, consentUnconfirmed: false, version: 4 };
      expect(answer).toMatchObject({ status: 200, body: stopped });
      expect(JSON.stringify(answer.body)).not.toContain(secret);
      expect((await trailOf(id)).slice(2)).toEqual([
        gone === 'withdrawn' ? 'consent-withdrawn' : 'consent-ended',
        expect.stringMatching(/scheduled|started/),
      ]);
      if (gone === 'withdrawn') await hearOfWithdrawal(person); // and finds nothing left to do
      expect(await read(at.roles.facility, id)).toMatchObject(stopped);
    },
  );

  it('goes on where the event has come first, and asks nobody', async () => {
    const { person, id } = await takenOn(how);
    withdraw(person);
    await hearOfWithdrawal(person);
    at.goDown(true);
    expect(await go(id)).toMatchObject({
      status: 200,
      body: { state, view: 'triage', sharingStopped: true, consentUnconfirmed: false },
    });
  });

  it('is recorded while the registry does not answer, and what was open closes until it has', async () => {
    const { id } = await takenOn(how);
    at.goDown(true);
    const answer = await go(id);
    expect(answer).toMatchObject({ status: 200, body: { state, view: 'triage', consentUnconfirmed: true } });
    expect(JSON.stringify([answer.body, await read(at.roles.facility, id)])).not.toContain(secret);
    at.goDown(false);
    expect((await at.call(at.roles.facility, 'GET', `/v1/referrals/${id}/beneficiary`)).status).toBe(200);
    expect(await read(at.roles.facility, id)).toMatchObject({ state, view: 'details', consentUnconfirmed: false });
  });

  it.each(['by asking', 'by its event'])(
    'leaves care, where a withdrawal after acceptance becomes known %s',
    async (found) => {
      const { person, id } = await takenOn(how);
      withdraw(person);
      later(1);
      at.goDown(true);
      expect((await go(id)).body).toMatchObject({ consentUnconfirmed: true });
      at.goDown(false);
      if (found === 'by its event') await hearOfWithdrawal(person, new Date(clock.getTime() - minuteMs));
      else
        expect((await at.call(at.roles.facility, 'GET', `/v1/referrals/${id}/beneficiary`)).body).toMatchObject({
          type: '/problems/details-closed',
        });
      const stopped = { state, view: 'triage', sharingStopped: true, consentUnconfirmed: false };
      expect(await read(at.roles.facility, id)).toMatchObject(stopped);
    },
  );
});

describe('whoever repeats that they take a person on', () => {
  const again = (id: string, how: string, headers: Record<string, string>) =>
    at.act(at.roles.facility, id, how, how === 'schedule' ? appointment : {}, headers);

  it.each(['accept', 'schedule', 'start'])(
    'by %s is shown no more than the registry’s word of now opens',
    async (how) => {
      const headers = { 'idempotency-key': randomUUID() };
      const { person, id } = await takenOn(how, headers);
      expect((await again(id, how, headers)).body).toMatchObject({ version: 2, view: 'details' });
      at.goDown(true);
      expect((await again(id, how, headers)).body).toMatchObject({
        version: 2,
        view: 'triage',
        consentUnconfirmed: true,
      });
      at.goDown(false);
      expect(await read(at.roles.facility, id)).toMatchObject({ version: 2, view: 'details' }); // nothing was written
      withdraw(person);
      const answer = await again(id, how, headers);
      expect(answer).toMatchObject({ status: 200, body: { version: 3, view: 'triage', sharingStopped: true } });
      expect(JSON.stringify(answer.body)).not.toContain(secret);
    },
  );

  it('as they came by themselves, too', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const person = at.person({ organisationId: at.roles.facility.organisationId });
    const asked = at.aNewReferral({ ...person, walkIn: true });
    const walkIn = () => at.call(at.roles.facility, 'POST', '/v1/referrals', asked, headers);
    expect((await walkIn()).body).toMatchObject({ view: 'details' });
    withdraw(person);
    expect(await walkIn()).toMatchObject({ status: 201, body: { sharingStopped: true, result: null } });
  });
});
