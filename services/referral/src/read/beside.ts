import type { Context } from '../context.ts';
import type { Seen } from '../look.ts';
import type { ReceiptRow } from '../schema.ts';
import type { Beside } from './view.ts';

/**
 * What is shown beside a referral: receipts and ended tasks, to whoever refers or supervises. To a facility neither is shown, so none is
 * read; nor are receipts that were read along with the referral.
 */
export async function besideOf(
  { store, now }: Context,
  { row, party, receipts: known = null }: Seen & { receipts?: readonly ReceiptRow[] | null },
): Promise<Beside> {
  if (party.as === 'facility' || party.as === 'former') return { receipts: [], now: now() };
  const [receipts, tasks] = await Promise.all([known ?? store.receiptsOf(row.id), store.endedTasksOf(row)]);
  return { receipts, tasks, now: now() };
}
