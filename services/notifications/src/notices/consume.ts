import type { Subscription } from '@rohnamo/messaging';
import { withTraceparent } from '@rohnamo/service-kit';
import type { Context } from '../context.ts';
import { isEnding, noticesOf, recipientsOf, type TellingEvent } from './decide.ts';

/** What this service does on hearing of a referral, or of what was said in one: it tells the parties. The same event again changes nothing. */
export function referralSubscription(context: Context, onQueued: () => void): Subscription {
  return {
    group: 'notifications',
    topics: ['referral', 'message'],
    pool: context.journal.pool,
    handle: (event) =>
      withTraceparent(event.traceparent ?? undefined, () => tell(context, event as TellingEvent, onQueued)), // the topics hold facts about referrals and messages alone
  };
}

async function tell(context: Context, event: TellingEvent, onQueued: () => void): Promise<void> {
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
  if (outcome.kind === 'recorded') return onQueued();
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
