import * as contracts from '@rohnamo/contracts';
import { createJournal } from '@rohnamo/journal';
import { createServiceServer, type RunningService, type ServerConfig, type ServiceParts } from '@rohnamo/service-kit';
import { createNewestCheckpoint } from './checkpoint/newest-checkpoint.ts';
import type { NotificationsConfig } from './config.ts';
import type { Context } from './context.ts';
import { startDeliverer, type Deliverer } from './deliveries/deliverer.ts';
import { createDeliveryMetrics } from './deliveries/metrics.ts';
import { registerDeliveries } from './deliveries/routes.ts';
import { createDeliveryStore } from './deliveries/store.ts';
import { createEgress, type EgressOptions } from './egress/egress.ts';
import { readPortRange } from './egress/ports.ts';
import { registerFeed } from './feed/routes.ts';
import { notificationsSubscription } from './notices/consume.ts';
import * as schema from './schema.ts';
import { registerSubscriptions } from './subscriptions/routes.ts';
import { createSecretBox } from './subscriptions/sealed-secret.ts';
import { createSubscriptionStore } from './subscriptions/store.ts';

export interface NotificationsParts extends ServiceParts<
  ServerConfig &
    Pick<
      NotificationsConfig,
      | 'WEBHOOK_SECRET_KEY'
      | 'WEBHOOK_FIRST_RETRY_MS'
      | 'EGRESS_ALLOW_HTTP'
      | 'EGRESS_ALLOWED_PRIVATE'
      | 'EGRESS_ALLOWED_PORTS'
    >
> {
  /** How host names are looked up, and the limits of a call, where not as usual. */
  egress?: Pick<EgressOptions, 'resolve' | 'limits'>;
  random?: () => number;
}

/** Notifications: subscriptions, the pull feed, and the calls themselves. */
export async function createNotifications(parts: NotificationsParts) {
  const { config, onError } = parts;
  const context = contextOf(parts);
  const { journal } = context;

  const app = await createServiceServer(parts, {
    name: 'notifications',
    description: 'Tells facilities and partners that something waits for them: signed webhooks, and a feed to pull.',
    tags: {
      subscriptions: 'Webhooks: where to call',
      deliveries: 'Webhooks: what was sent, and what became of it',
      feed: 'The same to be pulled, for those who cannot be called',
    },
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
  const wake = (subscriptionId?: string) => deliverer?.wake(subscriptionId);
  registerSubscriptions(app, context, wake);
  registerFeed(app, context);
  registerDeliveries(app, context, wake);
  const metrics = createDeliveryMetrics(parts.metrics, context.deliveries.waitingCount);

  return {
    app,
    journal,
    subscriptions: [notificationsSubscription(context, wake)],
    start() {
      deliverer = startDeliverer({ context, metrics, firstRetryMs: config.WEBHOOK_FIRST_RETRY_MS, onError });
    },
    async stop() {
      await deliverer?.stop();
      context.egress.close();
    },
  } satisfies RunningService;
}

function contextOf({ config, pool, egress, onError, now, random = Math.random }: NotificationsParts): Context {
  const { subscription, subscriber, revokedClient, notice, delivery, heardCheckpoint } = schema;
  const subjects = {
    subscription,
    subscriber,
    'revoked-client': revokedClient,
    notice,
    delivery,
    'heard-checkpoint': heardCheckpoint,
  };
  const journal = createJournal({ service: 'notifications', pool, subjects, onError });
  return {
    journal,
    subscriptions: createSubscriptionStore(pool),
    deliveries: createDeliveryStore(pool),
    secrets: createSecretBox(config.WEBHOOK_SECRET_KEY),
    egress: createEgress({
      allowHttp: config.EGRESS_ALLOW_HTTP,
      allowedPrivate: config.EGRESS_ALLOWED_PRIVATE ?? [],
      allowedPorts: config.EGRESS_ALLOWED_PORTS.flatMap((port) => readPortRange(port) ?? []),
      ...egress,
    }),
    checkpoint: createNewestCheckpoint({ journal, origin: 'rohnamo/referral', now }),
    now,
    random,
  };
}
