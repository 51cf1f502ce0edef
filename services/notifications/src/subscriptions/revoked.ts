import type { EventData, JournalEvent } from '@rohnamo/contracts';
import { system } from '@rohnamo/journal';
import type { Subscription } from '@rohnamo/messaging';
import { withTraceparent } from '@rohnamo/service-kit';
import type { Context } from '../context.ts';
import { nextOf, stopped } from './decide.ts';

const group = 'notifications-clients';

/**
 * A client that is revoked is told nothing more: its subscriptions are stopped, and it makes no other, though a request of it is under
 * way. Heard by a group of its own, from the oldest event that there is: also what happened while nobody listened.
 */
export function clientSubscription(context: Context, onStopped: () => void): Subscription {
  return {
    group,
    topics: ['client'],
    pool: context.journal.pool,
    handle: async (event) => {
      if (event.type !== 'client.revoked.v1') return;
      const { data } = event as JournalEvent<'client.revoked.v1'>;
      await withTraceparent(event.traceparent ?? undefined, () => stopAll(context, event, data));
      onStopped();
    },
  };
}

/** How often it is tried anew where others change the same: requests of that client are refused within moments. */
const attemptsMax = 10;

/** @throws when others change the same again and again: to be called again */
async function stopAll(
  { journal, subscriptions, now }: Context,
  { subject, sequence, traceparent }: JournalEvent,
  { organisationId, clientId }: EventData<'client.revoked.v1'>,
): Promise<void> {
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const { active, subscriberVersion, isRevoked } = await subscriptions.beforeRevoking({ organisationId, clientId });
    if (isRevoked) return; // heard before
    const said = { now: now(), actor: system, traceparent };
    const outcome = await journal.record({
      changes: active.map((one) => stopped(one, 'client-revoked', said).change),
      projections: [
        { kind: 'revoked-client', id: subject, expected: 0, version: sequence, state: { clientId } },
        nextOf(organisationId, subscriberVersion),
      ],
      consumed: { consumer: group, kind: 'client', subject, sequence },
    });
    if (outcome.kind === 'recorded') return;
    if (outcome.kind === 'refused') throw new Error('the database refused what a revocation stops', { cause: outcome });
  }
  throw new Error('the subscriptions of a revoked client are changed by others without end');
}
