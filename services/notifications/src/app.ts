import * as contracts from '@rohnamo/contracts';
import { createJournal } from '@rohnamo/journal';
import type { Transport } from '@rohnamo/messaging';
import { createServer, type Health, type Logger, type Metrics, type Server, type Verifier } from '@rohnamo/service-kit';
import type { Pool } from 'pg';
import { createNewestCheckpoint } from './checkpoint/newest-checkpoint.ts';
import type { NotificationsConfig } from './config.ts';
import type { Context } from './context.ts';
import { startDeliverer, type Deliverer } from './deliveries/deliverer.ts';
import { createDeliveryMetrics } from './deliveries/metrics.ts';
import { registerDeliveries } from './deliveries/routes.ts';
import { createDeliveryStore } from './deliveries/store.ts';
import { createEgress, type EgressOptions } from './egress/egress.ts';
import { registerFeed } from './feed/routes.ts';
import { referralSubscription } from './notices/consume.ts';
import * as schema from './schema.ts';
import { registerSubscriptions } from './subscriptions/routes.ts';
import { createSecretBox } from './subscriptions/sealed-secret.ts';
import { createSubscriptionStore } from './subscriptions/store.ts';

export interface NotificationsParts {
  config: Pick<
    NotificationsConfig,
    | 'WEBHOOK_SECRET_KEY'
    | 'WEBHOOK_FIRST_RETRY_MS'
    | 'EGRESS_ALLOW_HTTP'
    | 'EGRESS_ALLOWED_PRIVATE'
    | 'PUBLIC_URL'
    | 'RATE_LIMIT_PER_MINUTE'
    | 'TRUSTED_PROXIES'
    | 'CHECKPOINT_SIGNING_KEY'
  >;
  pool: Pool;
  sealerPool?: Pool | undefined;
  transport?: Transport | undefined;
  verifier: Verifier;
  logger: Logger;
  metrics: Metrics;
  health: Health;
  tokenUrl?: string | undefined;
  /** How host names are looked up, and the limits of a call, where not as usual. */
  egress?: Pick<EgressOptions, 'resolve' | 'limits'>;
  now?: () => Date;
  random?: () => number;
}

/** Notifications: subscriptions, the pull feed, and the calls themselves. It does not listen, and begins to work with `start`. */
export async function createNotifications(
  parts: NotificationsParts,
): Promise<{ app: Server; start: () => Promise<void>; stop: () => Promise<void> }> {
  const { config, pool, sealerPool, transport, logger, health } = parts;
  const onError = (err: unknown) => logger.error({ err }, 'work in the background failed and will be tried again');
  const context = contextOf(parts, onError);
  const { journal } = context;

  const app = await createServer({
    name: 'notifications',
    description: 'Tells facilities and partners that something waits for them: signed webhooks, and a feed to pull.',
    logger,
    verifier: parts.verifier,
    metrics: parts.metrics,
    health,
    publicUrl: config.PUBLIC_URL,
    tokenUrl: parts.tokenUrl,
    trustedProxies: config.TRUSTED_PROXIES,
    rateLimitPerMinute: config.RATE_LIMIT_PER_MINUTE,
    schemas: {
      NewSubscription: contracts.NewSubscription,
      Subscription: contracts.Subscription,
      IssuedSubscription: contracts.IssuedSubscription,
      Delivery: contracts.Delivery,
      FeedEvent: contracts.FeedEvent,
      FeedPage: contracts.FeedPage,
    },
  });
  let deliverer: Deliverer | undefined;
  const wake = () => deliverer?.wake();
  health.add('database', () => pool.query('select 1'));
  registerSubscriptions(app, context, wake);
  registerFeed(app, context);
  registerDeliveries(app, context, wake);
  const metrics = createDeliveryMetrics(parts.metrics, context.deliveries.waitingCount);

  return {
    app,
    async start() {
      const signingKey = config.CHECKPOINT_SIGNING_KEY;
      journal.start(sealerPool && signingKey !== undefined ? { sealer: { pool: sealerPool, signingKey } } : {});
      deliverer = startDeliverer({ context, metrics, firstRetryMs: config.WEBHOOK_FIRST_RETRY_MS, onError });
      if (!transport) return;
      health.add('transport', async () => {
        if (!(await transport.ready())) throw new Error('the transport cannot be reached');
      });
      await transport.publish(journal);
      await transport.subscribe(referralSubscription(context, wake));
    },
    async stop() {
      await deliverer?.stop();
      await journal.stop();
      context.egress.close();
    },
  };
}

function contextOf({ config, pool, egress, ...parts }: NotificationsParts, onError: (error: unknown) => void): Context {
  const { subscription, notice, delivery, heardCheckpoint } = schema;
  const subjects = { subscription, notice, delivery, 'heard-checkpoint': heardCheckpoint };
  const journal = createJournal({ service: 'notifications', pool, subjects, onError });
  const now = parts.now ?? (() => new Date());
  return {
    journal,
    subscriptions: createSubscriptionStore(pool),
    deliveries: createDeliveryStore(pool),
    secrets: createSecretBox(config.WEBHOOK_SECRET_KEY),
    egress: createEgress({
      allowHttp: config.EGRESS_ALLOW_HTTP,
      allowedPrivate: config.EGRESS_ALLOWED_PRIVATE ?? [],
      ...egress,
    }),
    checkpoint: createNewestCheckpoint({ journal, origin: 'rohnamo/referral', now }),
    now,
    random: parts.random ?? Math.random,
  };
}
