import type { OutcomeCode, Referral, Served } from '@rohnamo/contracts';
import { sharingIsClosed } from '../lifecycle/sharing.ts';
import type { ShownRow } from './shown-row.ts';

const servedBy = {
  treated: 'served',
  'treatment-ongoing': 'ongoing',
  'referred-onward': 'served',
  'not-indicated': 'served',
  'beneficiary-declined': 'not-served',
  'lost-to-follow-up': 'not-served',
  died: 'not-served',
} as const satisfies Record<OutcomeCode, Served>;

/** Nothing before care has begun; while it goes on, what the person must do next. */
export function resultOf(
  row: ShownRow,
  { withFollowUp }: { withFollowUp: boolean },
): NonNullable<Referral['result']> | null {
  const { outcome, attended, nextSteps, followUpOn } = row;
  if (outcome === null && !isInCare(row)) return null;
  const served = outcome === null ? 'ongoing' : servedBy[outcome];
  return { attended, served, nextSteps, followUpOn: withFollowUp ? followUpOn : null };
}

const isInCare = ({ state, previousState }: ShownRow): boolean =>
  state === 'in_service' || (state === 'cancel_requested' && previousState === 'in_service');

type Outcome = NonNullable<Referral['outcome']>;

/** What came of it, for whoever may read the content. */
export const outcomeOf = ({ outcome, findings, barrier, furtherReferral }: ShownRow): Outcome | null =>
  outcome === null && findings === null && barrier === null
    ? null
    : { code: outcome, findings, barrier, furtherReferral };

/** Of the outcome, what is no content. */
export const codesOf = ({ outcome, barrier }: ShownRow): Outcome | null =>
  outcome === null && barrier === null ? null : { code: outcome, findings: null, barrier, furtherReferral: null };

/** Findings go back to health providers alone, and only where the person has agreed to feedback. */
export const mayHearFindings = (row: ShownRow, now: Date): boolean =>
  row.referrerKind === 'health-provider' && row.consentPurposes.includes('feedback') && !sharingIsClosed(row, now);
