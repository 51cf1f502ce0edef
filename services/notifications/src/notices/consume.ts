import { topicOf } from '@rohnamo/contracts';
import type { Subscription } from '@rohnamo/messaging';
import { withTraceparent } from '@rohnamo/service-kit';
import type { Context } from '../context.ts';
import { hearOfClient } from '../subscriptions/revoked.ts';
import { isEnding, noticesOf, recipientsOf, type TellingEvent } from './decide.ts';

/**
 * What this service hears, all in one group, which begins at the oldest event that there is and goes on where it left off: of a referral,
 * or of what was said in one, it tells the parties; of a client that is revoked, it stops the subscriptions. The same event again
 * changes nothing. @param onChanged told that something is to be sent, or given up
 */
export function notificationsSubscription(context: Context, onChanged: () => void): Subscription {
  return {
    group: 'notifications',
    topics: ['referral', 'message', 'client'],
    pool: context.journal.pool,
    handle: (event) =>
      withTraceparent(event.traceparent ?? undefined, async () => {
        if (topicOf(event.type) === 'client') await hearOfClient(context, event);
        else await tell(context, event as TellingEvent); // the other topics hold facts about referrals and messages alone
        onChanged();
      }),
  };
}

async function tell(context: Context, event: TellingEvent): Promise<void> {
  const { journal, subscriptions, checkpoint, now } = context;
  const [facilityWasTold, ...found] = await Promise.all([
    isEnding(event) ? wasTold(context, event) : true,
    ...[...new Set(recipientsOf(event).map(({ organisationId }) => organisationId))].map((organisationId) =>
      subscriptions.activeOf(organisationId),
    ),
    checkpoint.hear(event.checkpoint),
  ]);
  const known = { facilityWasTold, subscriptions: found.flatMap((some) => some ?? []) };
  const unit = noticesOf(event, known, now());
  const outcome = await journal.record(unit);
  if (outcome.kind === 'recorded') return;
  if (outcome.kind === 'lost' && outcome.to === 'consumed') return; // told before
  throw new Error('the notices of an event could not be written', { cause: outcome });
}

async function wasTold({ journal }: Context, { data }: TellingEvent): Promise<boolean> {
  const { rows } = await journal.pool.query<{ told: boolean }>({
    name: 'was told',
    text: 'select exists (select from notice where referral_id = $1 and organisation_id = $2) as told',
    values: [data.referralId, data.facilityOrganisationId],
  });
  return rows[0]?.told === true;
}
