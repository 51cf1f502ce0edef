import fc from 'fast-check';
import { system } from '@rohnamo/journal';
import { describe, expect, it } from 'vitest';
import type { DeliveryRow } from '../schema.ts';
import { tries } from './backoff.ts';
import { afterAttempt, givenUp, type Outcome, resend } from './decide.ts';

const now = new Date('2026-11-24T04:30:00.000Z');
const id = '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60';

const aDelivery = (other: Partial<DeliveryRow> = {}): DeliveryRow => ({
  id,
  version: 1,
  organisationId: id,
  deskId: null,
  subscriptionId: id,
  referralId: id,
  eventId: id,
  eventType: 'referral.sent.v1',
  state: 'waiting',
  attempts: 0,
  attemptsInRound: 0,
  lastStatus: null,
  lastFailure: null,
  wakeAt: now,
  queuedAt: now,
  createdAt: now,
  deliveredAt: null,
  traceparent: null,
  ...other,
});
const after = (delivery: DeliveryRow, outcome: Outcome, at = now) =>
  afterAttempt(delivery, outcome, { now: at, random: 0.5, firstRetryMs: 5000, traceparent: null });

describe('after a try', () => {
  it('a 2xx, and nothing else, makes it delivered', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), (status) => {
        fc.pre(status !== 410);
        const { state, entry } = after(aDelivery(), { status });
        const isDelivered = status >= 200 && status < 300;
        expect(state['state']).toBe(isDelivered ? 'delivered' : 'retrying');
        expect(entry.type).toBe(isDelivered ? 'delivery.succeeded.v1' : 'delivery.retried.v1');
        expect(state['wakeAt'] === null).toBe(isDelivered);
      }),
    );
  });

  it('a failure waits as long as the schedule says', () => {
    expect(after(aDelivery(), { failure: 'timeout' }).state).toMatchObject({
      state: 'retrying',
      attempts: 1,
      lastFailure: 'timeout',
      lastStatus: null,
      wakeAt: new Date(now.getTime() + 5000),
    });
  });

  it('the last failure of a round is given up, and says so', () => {
    const { state, entry } = after(aDelivery({ state: 'retrying', attempts: 40, attemptsInRound: tries.count - 1 }), {
      status: 500,
    });
    expect(state).toMatchObject({
      state: 'failed',
      attempts: 41,
      wakeAt: null,
      lastStatus: 500,
      lastFailure: 'status',
    });
    expect(entry).toMatchObject({ type: 'delivery.failed.v1', data: { state: 'failed', attempts: 41 } });
  });

  it('nothing is tried later than three days after it was queued', () => {
    const late = new Date(now.getTime() + tries.withinMs - 1000);
    expect(after(aDelivery({ attemptsInRound: 1 }), { status: 500 }, late).state).toMatchObject({ state: 'failed' });
  });

  it('a 410 is given up at once', () => {
    expect(after(aDelivery(), { status: 410, retryAfter: '60' })).toMatchObject({
      state: { state: 'failed', lastStatus: 410, lastFailure: 'status', wakeAt: null },
      entry: { type: 'delivery.failed.v1' },
    });
  });

  it('is tried again when the endpoint has asked for it, unless the schedule says later, and never after three days', () => {
    const waits = (retryAfter: string, delivery = aDelivery(), at = now) =>
      (after(delivery, { status: 429, retryAfter }, at).state['wakeAt'] as Date).getTime() - at.getTime();
    expect(waits('3600')).toBe(3_600_000);
    expect(waits('1')).toBe(5000);
    expect(waits('999999999')).toBe(12 * 3_600_000);
    expect(waits('Tue, 24 Nov 2026 05:30:00 GMT')).toBe(3_600_000);
    const late = new Date(now.getTime() + tries.withinMs - 60_000);
    expect(waits('3600', aDelivery(), late)).toBe(60_000);
  });

  it('what was delivered once stays so, whatever comes of sending it again', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom<Outcome>({ status: 500 }, { status: 204 }, { failure: 'timeout' }), { maxLength: 40 }),
        (outcomes) => {
          const told = new Date('2026-11-24T04:00:00.000Z');
          let delivery = aDelivery({ state: 'delivered', wakeAt: null, attempts: 1, deliveredAt: told });
          const again = resend(delivery, { subscriptionIsActive: true, now, actor: system, traceparent: null });
          if ('record' in again) delivery = again.result;
          expect(delivery).toMatchObject({ state: 'delivered', wakeAt: now, attemptsInRound: 0 });
          for (const outcome of outcomes) {
            const { state, entry } = after(delivery, outcome);
            expect(state['state']).toBe('delivered');
            expect(entry.data).toMatchObject({ state: 'delivered' });
            delivery = { ...delivery, ...(state as Partial<DeliveryRow>) };
          }
          expect(givenUp(delivery, now)).toMatchObject({ state: { state: 'delivered', wakeAt: null } });
        },
      ),
    );
  });

  it('a success after failures forgets the failure', () => {
    expect(
      after(aDelivery({ state: 'retrying', attempts: 2, lastFailure: 'timeout' }), { status: 200 }).state,
    ).toMatchObject({
      lastFailure: null,
      lastStatus: 200,
      deliveredAt: now,
    });
  });
});

it('what waits for a stopped subscription is given up', () => {
  expect(givenUp(aDelivery(), now).state).toMatchObject({ state: 'failed', lastFailure: 'stopped', wakeAt: null });
});

describe('a resend', () => {
  const said = { subscriptionIsActive: true, now, actor: system, traceparent: null };

  it.each(['retrying', 'delivered', 'failed'] as const)(
    'of one that is %s is due at once, with a full round of tries',
    (state) => {
      const deliveredAt = state === 'delivered' ? now : null;
      const row = aDelivery({ version: 7, state, attempts: 5, attemptsInRound: 5, wakeAt: null, deliveredAt });
      expect(resend(row, said)).toMatchObject({
        record: {
          changes: [
            {
              expected: 7,
              state: { state: deliveredAt ? 'delivered' : 'waiting', attempts: 5, attemptsInRound: 0, wakeAt: now },
            },
          ],
        },
        result: { version: 8 },
      });
    },
  );

  it('of one that is about to be sent, or whose subscription is stopped, is refused', () => {
    expect(resend(aDelivery({ state: 'waiting' }), said)).toMatchObject({ refuse: { code: 'illegal-action' } });
    expect(resend(aDelivery({ state: 'failed' }), { ...said, subscriptionIsActive: false })).toMatchObject({
      refuse: { code: 'illegal-action' },
    });
  });
});
