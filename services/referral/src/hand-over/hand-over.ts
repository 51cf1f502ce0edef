import { HandOverNoted, type HandOverReason } from '@rohnamo/contracts';
import { type Decision, decideAndRecord, type Journal, system } from '@rohnamo/journal';
import type { ServiceClient } from '@rohnamo/service-kit';
import { referralChange } from '../fact.ts';
import { decide } from '../lifecycle/decide.ts';
import type { Successor } from '../lifecycle/effects.ts';
import { sharingIsOver } from '../lifecycle/sharing.ts';
import type { TimeLimits } from '../lifecycle/time-limits.ts';
import type { ReferralRow } from '../schema.ts';
import type { Store } from '../store.ts';

/** From an organisation that is closed for good to the one that goes on, and why. */
export interface HandingOver {
  from: string;
  to: Successor;
  reason: HandOverReason;
  /** The operator's own, of an order or a ticket. */
  reference?: string | undefined;
}

/** How many cases are under way at a time: they share commits. */
const chunkSize = 100;

interface Parts {
  journal: Pick<Journal, 'pool' | 'record'>;
  registry: Pick<ServiceClient, 'call'>;
  store: Store;
  limits: TimeLimits;
  now: () => Date;
}

/**
 * Hands over all cases that an organisation refers, whatever they need and whatever their state, but those marked as errors. Those of
 * whom sharing has stopped stay: their word is kept. The registry has who gained access before a case is written. What was handed over is not found again, so that it can be broken off and repeated.
 * @throws where a case cannot be written for now: repeat it
 */
export async function handOver(parts: Parts, asked: HandingOver): Promise<{ handedOver: number; left: number }> {
  const result = { handedOver: 0, left: 0 };
  for (let after: string | null = null; ;) {
    const found: { id: string }[] = await parts.store.referredBy(asked.from, { afterId: after, limit: chunkSize });
    const outcomes = await Promise.all(found.map(({ id }) => handOverOne(parts, asked, id)));
    for (const outcome of outcomes) result[outcome] += 1;
    const last = found.at(-1);
    if (last === undefined || found.length < chunkSize) return result;
    after = last.id;
  }
}

async function handOverOne(
  { journal, registry, store, limits, now: clock }: Parts,
  { from, to, reason, reference }: HandingOver,
  id: string,
): Promise<'handedOver' | 'left'> {
  const now = clock();
  const written = await decideAndRecord<ReferralRow | null, void, 'left'>({
    journal,
    read: () => store.referral(id),
    decide: async (row): Promise<Decision<void, 'left'>> => {
      if (row === null || row.referrerOrganisationId !== from || sharingIsOver(row, now)) return { refuse: 'left' };
      const verdict = decide(row, { action: 'hand_over', body: {} }, { party: 'system', now, limits, successor: to });
      if (verdict.kind === 'illegal') return { refuse: 'left' };
      const { next, event } = verdict;
      const notice = { beneficiaryId: row.beneficiaryId, referralId: id, organisationId: to.id, reason };
      await registry.call({ method: 'POST', path: '/v1/hand-overs', body: notice, answer: HandOverNoted });
      const because = { reason, ...(reference !== undefined && { reference }) };
      return {
        record: { changes: [referralChange(next, { event, before: row, because, actor: system, now })] },
        result: undefined,
      };
    },
  });
  if (written.kind === 'recorded') return 'handedOver';
  if (written.kind === 'refused') return 'left';
  throw new Error('a case could not be handed over');
}
