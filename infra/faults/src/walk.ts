import type { ReferralState } from '@rohnamo/contracts';
import { type Transition, transitions } from '@rohnamo/referral/states';

/** An entry of a trail: what it is called, and the state after it. */
export interface Stage {
  type: string;
  state: ReferralState | null;
}

const rows: readonly Transition[] = Object.values(transitions).flat();

/** The steps of a trail that no row of the transition table allows, in words. */
export function illegalSteps(trail: readonly Stage[]): string[] {
  return trail.flatMap((stage, index) => {
    const before = index === 0 ? null : (trail[index - 1]?.state ?? null);
    const isLegal = index === 0 ? isBeginning(stage) : rows.some((row) => allows(row, before, stage));
    return isLegal ? [] : [`${stage.type} leads from ${before ?? 'nothing'} to ${stage.state ?? 'nothing'}`];
  });
}

/** A referral begins as a draft, or sent at once. */
const isBeginning = ({ type, state }: Stage): boolean =>
  (type === 'referral.drafted.v1' && state === 'draft') || (type === 'referral.sent.v1' && state === 'sent');

const allows = (
  { from, to, toIfGoneBefore, event }: Transition,
  before: ReferralState | null,
  { type, state }: Stage,
): boolean =>
  event === type &&
  before !== null &&
  from.includes(before) &&
  (state === (to === 'same' ? before : to) || (toIfGoneBefore !== undefined && state === toIfGoneBefore));
