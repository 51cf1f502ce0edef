import * as contracts from '@rohnamo/contracts';
import { createJournal, type Worker } from '@rohnamo/journal';
import {
  createServiceServer,
  type RunningService,
  type ServerConfig,
  type ServiceClient,
  type ServiceParts,
} from '@rohnamo/service-kit';
import { batchLimits, type BatchLimits } from './batch/answer-lines.ts';
import { registerBatch } from './batch/routes.ts';
import type { ReferralConfig } from './config.ts';
import type { Context } from './context.ts';
import { registerConversation } from './conversation/routes.ts';
import { registerDisclosure } from './disclosure/routes.ts';
import { type ClockConfig, limitsOf } from './lifecycle/configured-limits.ts';
import { registerActions } from './lifecycle/routes.ts';
import { startWaking } from './lifecycle/wake.ts';
import { subscriptionsOf } from './read-model/follow.ts';
import { registerRead } from './read/routes.ts';
import { registerChangeDraft } from './refer/change-draft.ts';
import { registerRefer } from './refer/routes.ts';
import { registerRecommendation } from './recommendation/routes.ts';
import { registerSlip } from './slip/routes.ts';
import { registerStatistics } from './statistics/routes.ts';
import { registerStatus } from './status/routes.ts';
import { createStatusStore } from './status/store.ts';
import { startWithdrawing } from './status/withdraw.ts';
import { createStore } from './store.ts';
import { subjects } from './subjects.ts';
import { registerTrail } from './trail/routes.ts';
import { registerWorklist } from './worklist/routes.ts';

export interface ReferralParts extends ServiceParts<
  ServerConfig & ClockConfig & Pick<ReferralConfig, 'SLIP_STATUS_URL'>
> {
  registry: ServiceClient;
  directory: ServiceClient;
  /** How much a batch may be, where not as usual. */
  batch?: Partial<BatchLimits>;
}

/** The referral service: its routes, what it hears, and what it does by the clock. */
export async function createReferral(parts: ReferralParts) {
  const { config, pool, now, onError } = parts;
  const journal = createJournal({
    service: 'referral',
    pool,
    subjects,
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
      conversation: 'What referrer and facility say to one another',
      slip: 'The paper that the person takes along',
      status: 'For the person, who has a slip and no client',
      trail: 'What happened to a referral',
      statistics: 'How referrals fare, in numbers',
    },
    schemas: {
      Referral: contracts.Referral,
      NewReferral: contracts.NewReferral,
      Screening: contracts.Screening,
      NewScreening: contracts.NewScreening,
      Message: contracts.Message,
      NewMessage: contracts.NewMessage,
      BatchedReferral: contracts.BatchedReferral,
      BatchAnswer: contracts.BatchAnswer,
      TrailEntry: contracts.TrailEntry,
      WorklistItem: contracts.WorklistItem,
      DisclosedBeneficiary: contracts.DisclosedBeneficiary,
      ReferralStatus: contracts.ReferralStatus,
      Feedback: contracts.Feedback,
    },
  });
  registerRefer(app, context);
  registerBatch(app, context, { limits: { ...batchLimits, ...parts.batch }, logger: parts.logger });
  registerChangeDraft(app, context);
  registerRecommendation(app, context);
  registerRead(app, context);
  registerWorklist(app, context);
  registerActions(app, context);
  registerDisclosure(app, context);
  registerConversation(app, context);
  registerTrail(app, context);
  const slips = registerSlip(app, context, { statusUrl: config.SLIP_STATUS_URL });
  const statusStore = createStatusStore(pool);
  let withdrawing: Worker | undefined;
  registerStatus(app, context, { slips: statusStore, onWithdrawn: () => withdrawing?.wake() });
  registerStatistics(app, context);

  let waking: Worker | undefined;
  return {
    app,
    journal,
    subscriptions: subscriptionsOf(context),
    async start() {
      waking = startWaking(context, onError);
      withdrawing = startWithdrawing(context, statusStore, onError);
      await slips.warm();
    },
    async stop() {
      await Promise.all([waking?.stop(), withdrawing?.stop()]);
    },
  } satisfies RunningService;
}
