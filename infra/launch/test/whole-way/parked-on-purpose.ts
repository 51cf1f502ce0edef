import { Referral } from '@rohnamo/contracts';
import { eventually } from '@rohnamo/testkit';
import { queried } from './database-rows.ts';
import type { Handoff } from './handoff.ts';

/**
 * A referral whose events park at notifications: before the first of them an event of it stands in the queue that can never be
 * handled, as if it had failed, and what comes of a subject that has a queue goes behind it.
 */
export async function parkTheNext({ stack, as, act }: Handoff, draft: object): Promise<void> {
  const { id } = await as('migration-service').post(`${stack.services.referral}/v1/referrals`, draft, Referral);
  const { notifications } = stack.databases;
  await queried(
    notifications,
    `insert into parked (consumer, kind, subject, sequence, event, parked_at, attempts, reason) values ('notifications', 'referral', $1, 0, '{}', now(), 5, 'Error')`,
    [id],
  );
  await act('migration-service', id, 'submit');
  await act('facility', id, 'accept');
  await eventually(
    async () => {
      const rows = await queried(notifications, 'select from parked where subject = $1', [id]);
      return rows.length >= 3;
    },
    { withinMs: 30_000 },
  );
}
