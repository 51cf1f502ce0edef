import type { EventData, JournalEvent } from '@rohnamo/contracts';
import { system } from '@rohnamo/journal';
import type { Context } from '../context.ts';
import { nextOf, stopped } from './decide.ts';

/**
 * A client that is revoked is told nothing more: its subscriptions are stopped, and it makes no other, though a request of it is under way.
 * @throws when others change the same again and again: to be called again
 */
export async function hearOfClient(context: Context, event: JournalEvent): Promise<void> {
  if (event.type !== 'client.revoked.v1') return;
  const { data } = event as JournalEvent<'client.revoked.v1'>;
  await stopAll(context, event, data);
}

/** How often it is tried anew where others change the same: requests of that client are refused within moments. */
const attemptsMax = 10;

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
      consumed: { consumer: 'notifications', kind: 'client', subject, sequence },
    });
    if (outcome.kind === 'recorded') return;
    if (outcome.kind === 'refused') throw new Error('the database refused what a revocation stops', { cause: outcome });
  }
  throw new Error('the subscriptions of a revoked client are changed by others without end');
}
