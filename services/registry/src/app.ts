import {
  Beneficiary,
  BeneficiaryPatch,
  Consent,
  DisclosedBeneficiary,
  IntakeBatch,
  IntakeRowError,
  NewBeneficiary,
  NewConsent,
  ReferralGrounds,
} from '@rohnamo/contracts';
import { createJournal, type Journal, uuidV7, type Worker } from '@rohnamo/journal';
import {
  createServer,
  type Health,
  type Logger,
  type Metrics,
  migrate,
  type Server,
  type Verifier,
} from '@rohnamo/service-kit';
import { fileURLToPath } from 'node:url';
import type { Pool } from 'pg';
import type { RegistryConfig } from './config.ts';
import { consentRoutes } from './consent/routes.ts';
import type { Context } from './context.ts';
import { disclosureRoutes } from './disclosure/routes.ts';
import { receiveRoute } from './intake/receive.ts';
import { intakeRoutes } from './intake/routes.ts';
import { startIntakeWorker } from './intake/worker.ts';
import { createCalendar } from './person/calendar.ts';
import { personRoutes } from './person/routes.ts';
import { beneficiary, consent, intakeBatch } from './schema.ts';

export const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url));

/** Brings the registry's database up to date, as its owner. */
export const migrateRegistry = (ownerUrl: string): Promise<void> =>
  migrate({ ownerUrl, migrationsFolder, lockKey: 'registry' });

export interface RegistryOptions {
  config: Pick<
    RegistryConfig,
    | 'TIME_ZONE'
    | 'PHONE_REGION'
    | 'CONSENT_AGE_ASSENT'
    | 'CONSENT_AGE_OWN'
    | 'CONSENT_AGE_ADULT'
    | 'INTAKE_BYTES_MAX'
    | 'INTAKE_UPLOAD_SECONDS_MAX'
    | 'INTAKE_CHUNK_ROWS'
    | 'RATE_LIMIT_PER_MINUTE'
    | 'PUBLIC_URL'
  >;
  /** The app role's. */
  pool: Pool;
  verifier: Verifier;
  logger: Logger;
  metrics: Metrics;
  health?: Health;
  now?: () => Date;
  newId?: () => string;
}

export interface Registry {
  server: Server;
  journal: Journal;
  /** Begins to place and seal entries, and to work off intakes. */
  start: (options?: { sealer?: { pool: Pool; signingKey: string } | undefined }) => void;
  /** Finishes the chunk and the writes under way. The server and the pools are the caller's to close. */
  stop: () => Promise<void>;
}

/** The registry, built and not yet listening: people, their consents, what may be disclosed of them, and bulk intake. */
export async function createRegistry(options: RegistryOptions): Promise<Registry> {
  const { config, pool, logger } = options;
  const onError = (err: unknown) => logger.error({ err }, 'work in the background failed');
  const journal = createJournal({
    service: 'registry',
    pool,
    subjects: { beneficiary, consent, 'intake-batch': intakeBatch },
    onError,
  });
  const context: Context = {
    journal,
    pool,
    calendar: createCalendar(config.TIME_ZONE),
    ages: { assent: config.CONSENT_AGE_ASSENT, own: config.CONSENT_AGE_OWN, adult: config.CONSENT_AGE_ADULT },
    now: options.now ?? (() => new Date()),
    newId: options.newId ?? (() => uuidV7()),
  };
  const server = await createServer({
    name: 'registry',
    description:
      'The people who are referred, and what they have consented to. A client sees those of its own organisation alone; every look is noted.',
    logger,
    verifier: options.verifier,
    metrics: options.metrics,
    ...(options.health === undefined ? {} : { health: options.health }),
    rateLimitPerMinute: config.RATE_LIMIT_PER_MINUTE,
    publicUrl: config.PUBLIC_URL,
    schemas: {
      Beneficiary,
      BeneficiaryPatch,
      Consent,
      DisclosedBeneficiary,
      IntakeBatch,
      IntakeRowError,
      NewBeneficiary,
      NewConsent,
      ReferralGrounds,
    },
  });
  // An upload over a slow line takes its time; Node has no limit by route.
  server.server.requestTimeout = config.INTAKE_UPLOAD_SECONDS_MAX * 1000;

  let intake: Worker | null = null;
  personRoutes(server, context);
  consentRoutes(server, context);
  disclosureRoutes(server, context);
  receiveRoute(server, { ...context, bytesMax: config.INTAKE_BYTES_MAX, onReceived: () => intake?.wake() });
  intakeRoutes(server, context);

  return {
    server,
    journal,
    start({ sealer } = {}) {
      journal.start(sealer === undefined ? {} : { sealer });
      intake = startIntakeWorker({
        ...context,
        phoneRegion: config.PHONE_REGION,
        chunkRows: config.INTAKE_CHUNK_ROWS,
        onError,
      });
    },
    async stop() {
      await intake?.stop();
      await journal.stop();
    },
  };
}
