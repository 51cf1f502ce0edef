import { randomUUID } from 'node:crypto';
import {
  Delivery,
  type EventType,
  FeedPage,
  IssuedSubscription,
  type JournalEvent,
  type ReferralFact,
  topicOf,
} from '@rohnamo/contracts';
import type { Subscription, Transport } from '@rohnamo/messaging';
import {
  createHealth,
  createLogger,
  createMetrics,
  createPool,
  createStopList,
  createVerifier,
  migrationsOf,
  pageOf,
  registerOperations,
  startWork,
} from '@rohnamo/service-kit';
import { testDatabase, testIssuer, type TokenRequest } from '@rohnamo/testkit';
import type { z } from 'zod';
import { createNotifications, type NotificationsParts } from '../src/app.ts';
import { notifications } from '../src/service.ts';

/** An empty database of this service. */
export const emptyDatabase = () => testDatabase(migrationsOf(notifications));

/** A transport by hand: the test hands over the events, one by one, and again if it likes. */
export function byHand() {
  const subscriptions: Subscription[] = [];
  const transport: Transport = {
    publish: () => Promise.resolve(),
    subscribe: (subscription) => Promise.resolve(void subscriptions.push(subscription)),
    ready: () => Promise.resolve(true),
    stop: () => Promise.resolve(),
  };
  const hand = async (event: JournalEvent) => {
    for (const { topics, handle } of subscriptions) if (topics.includes(topicOf(event.type))) await handle(event);
  };
  return { transport, hand };
}

export interface Otherwise {
  transport?: Transport;
  egress?: NotificationsParts['egress'];
  firstRetryMs?: number;
  random?: () => number;
  now?: () => Date;
  database?: Awaited<ReturnType<typeof emptyDatabase>>;
  allowedPrivate?: string[];
  allowedPorts?: string[];
}

/** The service as it runs, over a database of its own and as its app role, with two parties and a stranger. */
export async function runningNotifications(otherwise: Otherwise = {}) {
  const database = otherwise.database ?? (await emptyDatabase());
  const issuer = await testIssuer();
  const manual = byHand();
  const metrics = createMetrics({ service: 'notifications', processMetrics: false });

  const verifier = createVerifier({ issuers: [issuer.url], audience: 'urn:rohnamo:api' });
  const logger = createLogger({ service: 'notifications', level: 'silent' });

  const launch = async (transport: Transport) => {
    const pool = createPool(database.appUrl, { applicationName: 'notifications test' });
    const ownMetrics =
      transport === manual.transport ? metrics : createMetrics({ service: 'n', processMetrics: false });
    const service = await createNotifications({
      config: {
        WEBHOOK_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
        WEBHOOK_FIRST_RETRY_MS: otherwise.firstRetryMs ?? 20,
        EGRESS_ALLOW_HTTP: true,
        EGRESS_ALLOWED_PORTS: otherwise.allowedPorts ?? ['1-65535'],
        EGRESS_ALLOWED_PRIVATE: otherwise.allowedPrivate ?? ['127.0.0.1/32'],
        PUBLIC_URL: undefined,
        RATE_LIMIT_PER_MINUTE: 1_000_000,
        TRUSTED_PROXIES: undefined,
      },
      pool,
      verifier,
      logger,
      metrics: ownMetrics,
      health: createHealth(),
      ...(otherwise.egress ? { egress: otherwise.egress } : {}),
      ...(otherwise.random ? { random: otherwise.random } : {}),
      onError: () => undefined,
      now: otherwise.now ?? (() => new Date()),
    });
    registerOperations(service, { pool, metrics: ownMetrics, logger });
    await service.app.ready();
    const stops = createStopList();
    return { ...service, pool, start: () => startWork(service, { transport, stops }), stop: stops.stopAll };
  };

  const service = await launch(otherwise.transport ?? manual.transport);
  await service.start();

  const [facilityId, facilityOrganisationId] = [randomUUID(), randomUUID()];
  const roles = {
    referrer: { role: 'migration-service', organisationId: randomUUID() },
    facility: { role: 'facility', organisationId: facilityOrganisationId, facilityIds: [facilityId] },
    stranger: { role: 'facility', organisationId: randomUUID(), clientId: 'stranger' },
    administrator: { role: 'administrator', organisationId: facilityOrganisationId },
    supervisor: { role: 'supervisor', organisationId: randomUUID() },
    auditor: { role: 'auditor', organisationId: randomUUID() },
  } satisfies Record<string, TokenRequest>;

  const call = async (
    as: TokenRequest | null,
    method: 'GET' | 'POST',
    url: string,
    body?: object,
    headers: Record<string, string> = {},
  ) => {
    const response = await service.app.inject({
      method,
      url,
      headers: { ...(as ? await issuer.authorization(as) : {}), ...headers },
      ...(body ? { payload: body } : {}),
    });
    return {
      status: response.statusCode,
      headers: response.headers,
      body: response.json<Record<string, unknown>>(),
    };
  };

  /** Calls, and reads the answer as the contract says. Throws when it is a problem. */
  const ask = async <Answer extends z.ZodType>(answer: Answer, ...request: Parameters<typeof call>) => {
    const { status, headers, body } = await call(...request);
    const read = answer.safeParse(body);
    if (status >= 300 || !read.success) throw new Error(`not as the contract says: ${status} ${JSON.stringify(body)}`);
    return { status, headers, body: read.data };
  };

  /** An event of a referral between the two parties. */
  const anEvent = (
    type: Extract<EventType, `referral.${string}`> = 'referral.sent.v1',
    {
      referralId = randomUUID(),
      sequence = 1,
      checkpoint = null as string | null,
      traceparent = null as string | null,
      ...fact
    }: Partial<ReferralFact> & Partial<Pick<JournalEvent, 'sequence' | 'checkpoint' | 'traceparent'>> = {},
  ): JournalEvent<'referral.sent.v1'> => ({
    id: randomUUID(),
    source: 'urn:rohnamo:referral',
    type: type as 'referral.sent.v1',
    subject: referralId,
    time: '2026-11-24T04:30:00.000Z',
    sequence,
    data: {
      referralId,
      taskId: randomUUID(),
      state: 'sent',
      priority: 'routine',
      referrerOrganisationId: roles.referrer.organisationId,
      facilityId,
      facilityOrganisationId: roles.facility.organisationId,
      deskId: null,
      walkIn: false,
      deskAlone: false,
      otherOrganisationId: null,
      endedTask: null,
      ...fact,
    },
    traceparent,
    checkpoint,
  });

  /** That one of the two parties has said something to the other. */
  const aMessage = (from: TokenRequest, referralId: string = randomUUID()): JournalEvent<'message.sent.v1'> => {
    const messageId = randomUUID();
    const { data, ...envelope } = anEvent('referral.sent.v1', { referralId });
    const { taskId, referrerOrganisationId, facilityOrganisationId } = data;
    return {
      ...envelope,
      type: 'message.sent.v1',
      subject: messageId,
      data: {
        messageId,
        taskId,
        fromOrganisationId: from.organisationId,
        referralId,
        referrerOrganisationId,
        facilityId,
        facilityOrganisationId,
        deskId: null,
        walkIn: false,
      },
    };
  };

  return {
    app: service.app,
    verifier,
    database,
    pool: service.pool,
    metrics,
    issuer,
    roles,
    facilityId,
    call,
    ask,
    /** The deliveries that an organisation sees. */
    deliveries: async (as: TokenRequest, query = '') =>
      (await ask(pageOf(Delivery), as, 'GET', `/v1/deliveries${query}`)).body.items,
    /** The pull feed of an organisation. */
    feed: async (as: TokenRequest, query = '') => (await ask(FeedPage, as, 'GET', `/v1/events${query}`)).body,
    anEvent,
    aMessage,
    hand: manual.hand,
    /** Subscribes a webhook, and hands over what was issued. */
    async subscribe(as: TokenRequest, url: string, filter: object = {}) {
      const issued = IssuedSubscription.required({ secret: true });
      return (await ask(issued, as, 'POST', '/v1/subscriptions', { url, ...filter })).body;
    },
    /** Another replica over the same database. */
    launch,
    async stop({ keepDatabase = false } = {}) {
      await service.app.close();
      await service.stop();
      await issuer.stop();
      await service.pool.end();
      if (!keepDatabase) await database.drop();
    },
  };
}
export type RunningNotifications = Awaited<ReturnType<typeof runningNotifications>>;
