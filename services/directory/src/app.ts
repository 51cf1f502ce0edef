import {
  Facility,
  FacilityFound,
  FacilityPatch,
  NewFacility,
  NewOffering,
  NewOrganisation,
  Offering,
  OfferingPatch,
  Organisation,
  Place,
} from '@rohnamo/contracts';
import { createJournal, type Journal, uuidV7 } from '@rohnamo/journal';
import type { Transport } from '@rohnamo/messaging';
import { createServer, type Health, type Logger, type Metrics, type Server, type Verifier } from '@rohnamo/service-kit';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import type { DirectoryConfig } from './config.ts';
import type { Context } from './context.ts';
import { registerFacilities } from './facilities/routes.ts';
import { registerOfferings } from './offerings/routes.ts';
import { registerOrganisations } from './organisations/routes.ts';
import { registerPlaces } from './places/routes.ts';
import { registerSearch } from './search/routes.ts';
import { subjects } from './subjects.ts';

export interface DirectoryParts {
  config: Pick<DirectoryConfig, 'PUBLIC_URL' | 'RATE_LIMIT_PER_MINUTE' | 'TRUSTED_PROXIES' | 'CHECKPOINT_SIGNING_KEY'>;
  pool: Pool;
  sealerPool?: Pool | undefined;
  transport?: Transport | undefined;
  verifier: Verifier;
  logger: Logger;
  metrics: Metrics;
  health: Health;
  tokenUrl?: string | undefined;
  now?: () => Date;
  newId?: () => string;
}

/** The directory: its routes, and its journal. It does not listen, and begins to place and publish with `start`. */
export async function createDirectory(
  parts: DirectoryParts,
): Promise<{ app: Server; journal: Journal; start: () => Promise<void>; stop: () => Promise<void> }> {
  const { config, pool, sealerPool, transport, logger, health } = parts;
  const journal = createJournal({
    service: 'directory',
    pool,
    subjects,
    onError: (err) => logger.error({ err }, 'work in the background failed and will be tried again'),
  });
  const context: Context = {
    journal,
    db: drizzle(pool),
    now: parts.now ?? (() => new Date()),
    newId: parts.newId ?? uuidV7,
  };

  const app = await createServer({
    name: 'directory',
    description:
      'Organisations, their facilities, what those offer, and the places they lie in. The look-up of facilities is public.',
    logger,
    verifier: parts.verifier,
    metrics: parts.metrics,
    health,
    publicUrl: config.PUBLIC_URL,
    trustedProxies: config.TRUSTED_PROXIES,
    tokenUrl: parts.tokenUrl,
    rateLimitPerMinute: config.RATE_LIMIT_PER_MINUTE,
    schemas: {
      Organisation,
      NewOrganisation,
      Facility,
      NewFacility,
      FacilityPatch,
      FacilityFound,
      Offering,
      NewOffering,
      OfferingPatch,
      Place,
    },
  });
  health.add('database', () => pool.query('select 1'));
  registerOrganisations(app, context);
  registerSearch(app, context);
  registerFacilities(app, context);
  registerOfferings(app, context);
  registerPlaces(app, context);

  return {
    app,
    journal,
    async start() {
      const signingKey = config.CHECKPOINT_SIGNING_KEY;
      journal.start(sealerPool && signingKey !== undefined ? { sealer: { pool: sealerPool, signingKey } } : {});
      if (transport === undefined) return;
      health.add('transport', async () => {
        if (!(await transport.ready())) throw new Error('the transport cannot be reached');
      });
      await transport.publish(journal);
    },
    stop: () => journal.stop(),
  };
}
