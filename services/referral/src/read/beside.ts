import type { Context } from '../context.ts';
import type { Caller } from '@rohnamo/service-kit';
import type { Seen } from '../look.ts';
import { doublesOf } from '../refer/duplicate.ts';
import { openStates } from '../lifecycle/states.ts';
import type { ReceiptRow, ReferralRow } from '../schema.ts';
import type { Beside } from './view.ts';

/**
 * What is shown beside a referral: receipts and ended tasks, to whoever refers or supervises. To a facility neither is shown, so none is
 * read; nor are receipts that were read along with the referral.
 */
export async function besideOf(
  { store, now }: Context,
  { row, party, receipts: known = null }: Seen & { receipts?: readonly ReceiptRow[] | null },
): Promise<Beside> {
  if (party.as !== 'referrer' && party.as !== 'supervisor') return { receipts: [], now: now() };
  const [receipts, tasks] = await Promise.all([known ?? store.receiptsOf(row.id), store.endedTasksOf(row)]);
  return { receipts, tasks, now: now() };
}

/** The same, and for the facility, what else is open there of the person to the same service: which referrers that cannot see it have sent as well. */
export async function besideWithDoubles(context: Context, seen: Seen, caller: Caller): Promise<Beside> {
  const { row, party } = seen;
  const isTheirs = party.as === 'facility' && isOpen(row.state);
  const [beside, open] = await Promise.all([
    besideOf(context, seen),
    isTheirs ? context.store.openReferralsAt(row) : [],
  ]);
  return isTheirs ? { ...beside, doubles: doublesOf(open, row, caller) } : beside;
}

const isOpen = (state: ReferralRow['state']): boolean =>
  state !== 'draft' && (openStates as readonly string[]).includes(state);
