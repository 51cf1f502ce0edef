import type { WebhookBody } from '@rohnamo/contracts';
import { Webhook } from 'standardwebhooks';
import type { Context } from '../context.ts';
import { stillSigning } from '../subscriptions/decide.ts';
import type { Outcome } from './decide.ts';
import type { Due } from './store.ts';

/**
 * Makes one try: posts the body, signed by Standard Webhooks. webhook-id is the delivery's id, the same at every try. The body
 * says which referral, what happened and the newest checkpoint, and nothing more.
 */
export async function attempt(
  { secrets, egress, now }: Pick<Context, 'secrets' | 'egress' | 'now'>,
  { delivery, subscription }: Due,
  { checkpoint, traceparent, signal }: { checkpoint: string | null; traceparent: string | null; signal: AbortSignal },
): Promise<Outcome> {
  const content: WebhookBody = { id: delivery.referralId, type: delivery.eventType, checkpoint };
  const body = JSON.stringify(content);
  const time = now();
  const signatures = signingSecrets(secrets, subscription, time).map((secret) =>
    new Webhook(secret).sign(delivery.id, time, body),
  );
  return egress.post(subscription.url, {
    body,
    signal,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Rohnamo-Webhooks/1',
      'webhook-id': delivery.id,
      'webhook-timestamp': String(Math.floor(time.getTime() / 1000)),
      'webhook-signature': signatures.join(' '),
      ...(traceparent === null ? {} : { traceparent }),
    },
  });
}

/** The secret, and for a while after a rotation those before it. */
function signingSecrets(
  secrets: Context['secrets'],
  { id, secret, ...before }: Due['subscription'],
  now: Date,
): string[] {
  const newest = secrets.open(secret, { column: 'secret', row: id });
  const others = stillSigning(before, now).map(({ sealed }) =>
    secrets.open(Buffer.from(sealed, 'base64'), { column: 'previous_secret', row: id }),
  );
  return [newest, ...others];
}
