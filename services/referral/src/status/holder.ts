import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { SlipHolder } from '@rohnamo/contracts';
import type { Actor, Observation, Unit } from '@rohnamo/journal';
import { currentTrace, refused } from '@rohnamo/service-kit';
import type { Context } from '../context.ts';
import type { ReferralRow, SlipRow } from '../schema.ts';
import { proofHashOf, tokenHashOf } from '../slip/token.ts';
import type { StatusStore } from './store.ts';

/** Whoever has a slip: no client, and nobody that we know. */
export const bearer: Actor = { kind: 'client', clientId: null, organisationId: null, role: null, actingPerson: null };

/** A slip that is known, its referral, and whether the birth year fits. */
export interface Found {
  slip: SlipRow;
  row: ReferralRow;
  isTheirs: boolean;
}

/** Looks a slip up: for one that is not known the same is read and compared, and nothing found. */
export async function findSlip(
  { store }: Context,
  slips: StatusStore,
  { token, birthYear }: SlipHolder,
): Promise<Found | null> {
  const slip = await slips.slipOf(tokenHashOf(token));
  const row = await store.referral(slip?.referralId ?? randomUUID());
  const isTheirs = timingSafeEqual(proofHashOf(token, birthYear), slip?.proofHash ?? randomBytes(32));
  return slip && row && { slip, row, isTheirs };
}

/** That somebody asked by a slip, or was turned away for the wrong birth year. Of a slip that is not known there is nothing to note. */
export const askedBy = (found: Found | null, time: Date): Unit =>
  found === null
    ? nothing(time)
    : {
        observations: [
          noteOf({
            subject: found.row.id,
            type: found.isTheirs ? 'referral.observed.v1' : 'referral.denied.v1',
            detail: { slipId: found.slip.id },
            time,
          }),
        ],
      };

/** What the database does the same work for and keeps nothing of: it leans on a consent that there is not. */
export const nothing = (time: Date): Unit => ({
  observations: [noteOf({ subject: randomUUID(), type: 'referral.denied.v1', time })],
  guards: [{ kind: 'consent', id: randomUUID(), version: 1 }],
});

const noteOf = (what: Pick<Observation, 'subject' | 'type' | 'detail' | 'time'>): Observation => ({
  ...what,
  kind: 'referral',
  actor: bearer,
  traceparent: currentTrace() ?? null,
});

/** What is there already keeps it from being written: of each kind once. */
const saidBefore: readonly (string | null)[] = ['feedback_pkey', 'entry_version_once'];

/** Writes what there is to write; what was said at the same time by two requests, once. @throws Refused dependency-unavailable: what cannot be noted is not told */
export async function settle({ journal }: Context, unit: Unit): Promise<void> {
  const outcome = await journal.record(unit);
  if (outcome.kind === 'refused' && !saidBefore.includes(outcome.constraint)) throw refused('dependency-unavailable');
}
