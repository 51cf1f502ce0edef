import {
  Beneficiary,
  BeneficiaryAccess,
  BeneficiaryPatch,
  BirthYearAnswer,
  CoincidingIdentity,
  Consent,
  DisclosedBeneficiary,
  HeldRow,
  IntakeBatch,
  IntakeRow,
  IntakeRowError,
  NewBeneficiary,
  NewConsent,
  ReferralGrounds,
  SourceSystem,
} from '@rohnamo/contracts';
import { createJournal, uuidV7, type Worker } from '@rohnamo/journal';
import {
  type BaseConfig,
  createServiceServer,
  type RunningService,
  type ServerConfig,
  type ServiceParts,
} from '@rohnamo/service-kit';
import { accessRoutes } from './accesses/routes.ts';
import type { RegistryConfig } from './config.ts';
import { withdrawalBySlipRoute } from './consent/by-slip.ts';
import { consentRoutes } from './consent/routes.ts';
import type { Context } from './context.ts';
import { type Directory, noDirectory } from './directory.ts';
import { disclosureRoutes } from './disclosure/routes.ts';
import { heldRoutes } from './held/routes.ts';
import { receiveRoute } from './intake/receive.ts';
import { sourceSystemRoutes } from './intake/source-systems.ts';
import { rowRoute } from './intake/row-route.ts';
import { takeBackRoute } from './intake/take-back/routes.ts';
import { intakeRoutes } from './intake/routes.ts';
import { startIntakeWorker } from './intake/worker.ts';
import { createCalendar } from './person/calendar.ts';
import { coincidingRoutes } from './person/coinciding-routes.ts';
import { personRoutes } from './person/routes.ts';
import { beneficiary, consent, heldRow, intakeBatch, intakeOutcome, intakeTakeBack, sourceSystem } from './schema.ts';

/** The schemas that the API document names. */
const published = {
  Beneficiary,
  BeneficiaryAccess,
  BeneficiaryPatch,
  BirthYearAnswer,
  CoincidingIdentity,
  Consent,
  DisclosedBeneficiary,
  HeldRow,
  IntakeBatch,
  IntakeRow,
  IntakeRowError,
  NewBeneficiary,
  NewConsent,
  ReferralGrounds,
  SourceSystem,
};

export interface RegistryParts extends ServiceParts<ServerConfig & Omit<RegistryConfig, keyof BaseConfig>> {
  newId?: () => string;
  /** What is asked of the directory; nothing where it is left out. */
  directory?: Directory | undefined;
}

/** The registry: people, their consents, what may be disclosed of them, and bulk intake. */
export async function createRegistry(parts: RegistryParts) {
  const { config, pool, now, onError } = parts;
  const subjects = {
    beneficiary,
    consent,
    'intake-batch': intakeBatch,
    'held-row': heldRow,
    'source-system': sourceSystem,
    'intake-outcome': intakeOutcome,
    'intake-take-back': intakeTakeBack,
  };
  const context: Context = {
    journal: createJournal({ service: 'registry', pool, subjects, onError }),
    pool,
    calendar: createCalendar(config.TIME_ZONE),
    directory: parts.directory ?? noDirectory,
    ages: { assent: config.CONSENT_AGE_ASSENT, own: config.CONSENT_AGE_OWN, adult: config.CONSENT_AGE_ADULT },
    textVersions: config.CONSENT_TEXT_VERSIONS,
    now,
    newId: parts.newId ?? uuidV7,
  };

  const app = await createServiceServer(parts, {
    name: 'registry',
    description:
      'The people who are referred, and what they have consented to. A client sees those of its own organisation alone; every look is noted.',
    tags: {
      beneficiaries: 'People: registering, reading and changing them',
      consents: 'What a person has consented to',
      intake: 'Many people at once',
      internal: 'For the referral service alone',
    },
    schemas: published,
  });
  const takeBackDays = config.INTAKE_TAKE_BACK_DAYS;
  const timeoutMs = config.INTAKE_UPLOAD_SECONDS_MAX * 1000;
  // Node knows no limit by route: what an upload needs, all have.
  app.server.requestTimeout = timeoutMs;

  let intake: Worker | undefined;
  personRoutes(app, context);
  coincidingRoutes(app, context);
  consentRoutes(app, context);
  withdrawalBySlipRoute(app, context);
  disclosureRoutes(app, context);
  accessRoutes(app, context);
  receiveRoute(app, { ...context, bytesMax: config.INTAKE_BYTES_MAX, timeoutMs, onReceived: () => intake?.wake() });
  intakeRoutes(app, context);
  sourceSystemRoutes(app, context);
  rowRoute(app, { ...context, takeBackDays });
  takeBackRoute(app, { ...context, takeBackDays, onAsked: () => intake?.wake() });
  heldRoutes(app, context);

  return {
    app,
    journal: context.journal,
    start() {
      const { PHONE_REGION: phoneRegion, INTAKE_CHUNK_ROWS: chunkRows } = config;
      intake = startIntakeWorker({ ...context, phoneRegion, chunkRows, takeBackDays, onError });
    },
    stop: () => intake?.stop(),
  } satisfies RunningService;
}
