import * as contracts from '@rohnamo/contracts';
import { createJournal, type Worker } from '@rohnamo/journal';
import type { Transport } from '@rohnamo/messaging';
import {
  createServer,
  type Health,
  type Logger,
  type Metrics,
  type Server,
  type ServiceClient,
  type Verifier,
} from '@rohnamo/service-kit';
import type { Pool } from 'pg';
import type { ReferralConfig } from './config.ts';
import type { Context } from './context.ts';
import { registerDisclosure } from './disclosure/routes.ts';
import { tajikistan } from './lifecycle/calendar.ts';
import { registerActions } from './lifecycle/routes.ts';
import { defaultTimeLimits, type TimeLimits } from './lifecycle/time-limits.ts';
import { startWaking } from './lifecycle/wake.ts';
import { subscriptionsOf } from './read-model/follow.ts';
import { registerRead } from './read/routes.ts';
import { registerRefer } from './refer/routes.ts';
import * as schema from './schema.ts';
import { createStore } from './store.ts';
import { registerTrail } from './trail/routes.ts';

export interface ReferralParts {
  config: Pick<
    ReferralConfig,
    'ROUTINE_EXPIRY_HOURS' | 'HOLIDAYS' | 'PUBLIC_URL' | 'RATE_LIMIT_PER_MINUTE' | 'CHECKPOINT_SIGNING_KEY'
  >;
  pool: Pool;
  sealerPool?: Pool | undefined;
  transport?: Transport | undefined;
  registry: ServiceClient;
  directory: ServiceClient;
  verifier: Verifier;
  logger: Logger;
  metrics: Metrics;
  health: Health;
  tokenUrl?: string | undefined;
  now?: () => Date;
}

/** The referral service: its routes, what it hears, and what it does by the clock. It does not listen, and begins to work with `start`. */
export async function createReferral(
  parts: ReferralParts,
): Promise<{ app: Server; start: () => Promise<void>; stop: () => Promise<void> }> {
  const { config, pool, sealerPool, transport, logger, health } = parts;
  const onError = (err: unknown) => logger.error({ err }, 'work in the background failed and will be tried again');
  const { consent, facility, offering, person, receipt, referral } = schema;
  const journal = createJournal({
    service: 'referral',
    pool,
    subjects: { consent, person, facility, offering, referral, receipt },
    onError,
  });
  const context: Context = {
    journal,
    store: createStore(pool),
    limits: limitsOf(config),
    registry: parts.registry,
    directory: parts.directory,
    now: parts.now ?? (() => new Date()),
  };

  const app = await createServer({
    name: 'referral',
    description: 'Carries referrals: refer, answer, follow, prove.',
    logger,
    verifier: parts.verifier,
    metrics: parts.metrics,
    health,
    publicUrl: config.PUBLIC_URL,
    tokenUrl: parts.tokenUrl,
    rateLimitPerMinute: config.RATE_LIMIT_PER_MINUTE,
    schemas: {
      Referral: contracts.Referral,
      NewReferral: contracts.NewReferral,
      TrailEntry: contracts.TrailEntry,
      DisclosedBeneficiary: contracts.DisclosedBeneficiary,
    },
  });
  health.add('database', () => pool.query('select 1'));
  registerRefer(app, context);
  registerRead(app, context);
  registerActions(app, context);
  registerDisclosure(app, context);
  registerTrail(app, context);

  let waking: Worker | undefined;
  return {
    app,
    async start() {
      const signingKey = config.CHECKPOINT_SIGNING_KEY;
      journal.start(sealerPool && signingKey !== undefined ? { sealer: { pool: sealerPool, signingKey } } : {});
      if (transport) {
        health.add('transport', async () => {
          if (!(await transport.ready())) throw new Error('the transport cannot be reached');
        });
        await transport.publish(journal);
        for (const subscription of subscriptionsOf(context)) await transport.subscribe(subscription);
      }
      waking = startWaking(context, onError);
    },
    async stop() {
      await waking?.stop();
      await journal.stop();
    },
  };
}

function limitsOf({ ROUTINE_EXPIRY_HOURS, HOLIDAYS }: ReferralParts['config']): TimeLimits {
  const limits = defaultTimeLimits({ ...tajikistan, datedHolidays: HOLIDAYS?.split(',') ?? [] });
  const routine = { ...limits.byPriority.routine, expireAfter: { hours: ROUTINE_EXPIRY_HOURS } };
  return { ...limits, byPriority: { ...limits.byPriority, routine } };
}
