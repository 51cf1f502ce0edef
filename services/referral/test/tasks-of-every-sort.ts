import { randomUUID } from 'node:crypto';
import { BarrierCode, NeedCategory, OutcomeCode, Priority, ReferralState, RejectionCode } from '@rohnamo/contracts';
import fc from 'fast-check';
import type { ReferralRow, TaskRow } from '../src/schema.ts';
import { aReferralRow } from './a-referral-row.ts';

const dayMs = 24 * 3600 * 1000;
const organisations = [randomUUID(), randomUUID(), randomUUID()] as const;
const facilities = [randomUUID(), randomUUID(), randomUUID()] as const;

/** A referral with its current task, and one that has ended before, if there was one. */
export interface SomeTasks {
  current: ReferralRow;
  ended: TaskRow | null;
}

/** Tasks of every need, state and code, at a few facilities of a few organisations, sent between two times. The same in every run but for their ids. */
export function tasksOfEverySort(count: number, { from, to }: { from: Date; to: Date }): SomeTasks[] {
  const sentAt = fc.integer({ min: from.getTime() / 1000, max: to.getTime() / 1000 }).map((at) => new Date(at * 1000));
  const step = fc.option(fc.integer({ min: 0, max: (60 * dayMs) / 1000 }));
  const course = fc
    .record({
      sentAt,
      steps: fc.record({
        acknowledgedAt: step,
        acceptedAt: step,
        startedAt: step,
        completedAt: step,
        rejectedAt: step,
        cancelledAt: step,
        expiredAt: step,
        closedAt: step,
      }),
      rest: fc.record({
        needCategory: fc.constantFrom(...NeedCategory.options),
        priority: fc.constantFrom(...Priority.options),
        facilityId: fc.constantFrom(...facilities),
        facilityOrganisationId: fc.constantFrom(...organisations),
        districtId: fc.constantFrom('TJK003D010', 'TJK003D011', null),
        walkIn: fc.constantFrom(false, false, false, true),
        noShows: fc.nat(2),
        rejectionCode: fc.option(fc.constantFrom(...RejectionCode.options)),
        outcome: fc.option(fc.constantFrom(...OutcomeCode.options)),
        barrier: fc.option(fc.constantFrom(...BarrierCode.options)),
        needMet: fc.option(fc.boolean()),
      }),
    })
    .map(({ sentAt: sent, steps, rest }) => ({ ...rest, sentAt: sent, ...timesOf(sent, steps) }));
  const tasks = fc
    .record({
      state: fc.constantFrom(...ReferralState.options),
      referrerOrganisationId: fc.constantFrom(...organisations),
      current: course,
      ended: fc.option(course),
    })
    .map(({ state, referrerOrganisationId, current, ended }): SomeTasks => {
      const own = { id: randomUUID(), number: randomUUID(), beneficiaryId: randomUUID(), consentId: randomUUID() };
      const ofTask = {
        id: randomUUID(),
        version: 1,
        referralId: own.id,
        number: 1,
        state: 'redirected',
        reasonCode: null,
        referrerOrganisationId,
        endedVersion: 2,
      } as const;
      return {
        current: aReferralRow({ ...own, ...current, state, referrerOrganisationId }),
        ended: ended && { ...ofTask, deskId: null, offeringId: randomUUID(), endedAt: to, ...ended },
      };
    });
  return fc.sample(tasks, { numRuns: count, seed: 19 });
}

const timesOf = <Step extends string>(sentAt: Date, steps: Record<Step, number | null>) =>
  Object.fromEntries(
    Object.entries<number | null>(steps).map(([name, seconds]) => [
      name,
      seconds === null ? null : new Date(sentAt.getTime() + seconds * 1000),
    ]),
  ) as Record<Step, Date | null>; // of each step
