import type { FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import type { Seen } from '../look.ts';
import { partyOf } from '../party.ts';
import { detailsOpen } from '../read/view.ts';
import { standingOf } from './settle.ts';

/**
 * What is shown to whoever repeats that they take a person on: what is open is so by the registry's word of this moment. Where it has gone,
 * sharing stops first; where nothing is said, nothing is shown to be open, and nothing is written.
 */
export async function asItStands(
  context: Context,
  { caller }: Pick<FastifyRequest, 'caller'>,
  seen: Seen,
): Promise<Seen> {
  const now = context.now();
  if (seen.party.as !== 'facility' || !detailsOpen(seen.row, now)) return seen;
  const { row, confirmation } = await standingOf(context, seen.row, now);
  return { row: { ...row, ...confirmation }, party: partyOf(row, caller) ?? seen.party };
}
