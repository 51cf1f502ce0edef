import * as contracts from '@rohnamo/contracts';
import { createJournal, type Worker } from '@rohnamo/journal';
import {
  createServiceServer,
  type RunningService,
  type ServerConfig,
  type ServiceClient,
  type ServiceParts,
} from '@rohnamo/service-kit';
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

export interface ReferralParts extends ServiceParts<
  ServerConfig & Pick<ReferralConfig, 'ROUTINE_EXPIRY_HOURS' | 'HOLIDAYS'>
> {
  registry: ServiceClient;
  directory: ServiceClient;
}

/** The referral service: its routes, what it hears, and what it does by the clock. */
export async function createReferral(parts: ReferralParts) {
  const { config, pool, now, onError } = parts;
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
    now,
  };

  const app = await createServiceServer(parts, {
    name: 'referral',
    description: 'Carries referrals: refer, answer, follow, prove.',
    tags: {
      refer: 'Asking a facility to help a person',
      read: 'Referrals as the caller may see them',
      lifecycle: 'What may be done with a referral, one operation an action',
      trail: 'What happened to a referral',
    },
    schemas: {
      Referral: contracts.Referral,
      NewReferral: contracts.NewReferral,
      TrailEntry: contracts.TrailEntry,
      DisclosedBeneficiary: contracts.DisclosedBeneficiary,
    },
  });
  registerRefer(app, context);
  registerRead(app, context);
  registerActions(app, context);
  registerDisclosure(app, context);
  registerTrail(app, context);

  let waking: Worker | undefined;
  return {
    app,
    journal,
    subscriptions: subscriptionsOf(context),
    start() {
      waking = startWaking(context, onError);
    },
    stop: () => waking?.stop(),
  } satisfies RunningService;
}

function limitsOf({ ROUTINE_EXPIRY_HOURS, HOLIDAYS }: ReferralParts['config']): TimeLimits {
  const limits = defaultTimeLimits({ ...tajikistan, datedHolidays: HOLIDAYS?.split(',') ?? [] });
  const routine = { ...limits.byPriority.routine, expireAfter: { hours: ROUTINE_EXPIRY_HOURS } };
  return { ...limits, byPriority: { ...limits.byPriority, routine } };
}
