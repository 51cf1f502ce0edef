import { Priority, ReferralState } from '@rohnamo/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aReferralRow } from '../../test/a-referral-row.ts';
import { byUrgency, urgencyOf } from './urgency.ts';

const instants = fc.date({ min: new Date('2024-01-01'), max: new Date('2034-01-01'), noInvalidDate: true });
const rows = fc
  .record({
    id: fc.uuid(),
    state: fc.constantFrom(...ReferralState.options),
    priority: fc.constantFrom(...Priority.options),
    dueAt: fc.option(instants),
    enteredStateAt: instants,
  })
  .map((fields) => aReferralRow(fields));
const order = (one: ReturnType<typeof aReferralRow>, other: ReturnType<typeof aReferralRow>): number =>
  byUrgency(urgencyOf(one), urgencyOf(other));

describe('urgency', () => {
  it('is a total order: of two referrals one comes first, and what comes before what comes before comes before', () => {
    fc.assert(
      fc.property(rows, rows, rows, (one, two, three) => {
        expect(order(one, one)).toBe(0);
        expect(Math.sign(order(one, two))).toBe(-Math.sign(order(two, one)) + 0);
        if (one.id !== two.id) expect(order(one, two)).not.toBe(0);
        if (order(one, two) <= 0 && order(two, three) <= 0) expect(order(one, three)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('has emergencies first, what is overdue before what is not, and drafts last', () => {
    const now = new Date('2026-11-24T06:00:00.000Z');
    const isOverdue = ({ dueAt }: ReturnType<typeof aReferralRow>) => dueAt !== null && dueAt < now;
    fc.assert(
      fc.property(rows, rows, (one, other) => {
        if (one.state === 'draft' || other.state === 'draft') {
          if (one.state !== 'draft') expect(order(one, other)).toBeLessThan(0);
          return;
        }
        if (one.priority === 'emergency' && other.priority !== 'emergency') expect(order(one, other)).toBeLessThan(0);
        if (one.priority === other.priority && one.dueAt && other.dueAt && isOverdue(one) && !isOverdue(other))
          expect(order(one, other)).toBeLessThan(0);
      }),
    );
  });

  it('does not change while the referral does not', () => {
    const row = aReferralRow({ priority: 'urgent', dueAt: new Date(5), id: 'a' });
    expect(urgencyOf(row)).toEqual([1, 5, 'a']);
  });
});
