import { createJournal, type Worker } from '@rohnamo/journal';
import type { Transport } from '@rohnamo/messaging';
import {
  createServer,
  createVerifier,
  type Health,
  type Logger,
  type Metrics,
  type Server,
} from '@rohnamo/service-kit';
import type { Pool } from 'pg';
import { createClientStore } from './clients/store.ts';
import type { IdentityConfig } from './config.ts';
import * as schema from './schema.ts';
import { adapterOf } from './tokens/adapter.ts';
import { Discovery, OAuthError, PublishedKeys, TokenAnswer, TokenRequest } from './tokens/messages.ts';
import { createProvider } from './tokens/provider.ts';
import { registerTokens } from './tokens/routes.ts';
import { createUsedAssertions, startForgetting } from './tokens/used-assertions.ts';

export interface IdentityParts {
  config: Pick<
    IdentityConfig,
    | 'PUBLIC_URL'
    | 'TOKEN_AUDIENCE'
    | 'SIGNING_KEY'
    | 'PREVIOUS_SIGNING_KEY'
    | 'CHECKPOINT_SIGNING_KEY'
    | 'RATE_LIMIT_PER_MINUTE'
    | 'TRUSTED_PROXIES'
  >;
  pool: Pool;
  sealerPool?: Pool | undefined;
  transport?: Transport | undefined;
  logger: Logger;
  metrics: Metrics;
  health: Health;
  now?: () => Date;
}

/**
 * The identity service: tokens for clients, and what became of clients for the others. It does not listen, and begins to work
 * with `start`. Clients are made, rotated and revoked by the command `clients`, not over HTTP.
 */
export async function createIdentity(
  parts: IdentityParts,
): Promise<{ app: Server; start: () => Promise<void>; stop: () => Promise<void> }> {
  const { config, pool, sealerPool, transport, logger, health, now = () => new Date() } = parts;
  const onError = (err: unknown) => logger.error({ err }, 'work in the background failed and will be tried again');
  const journal = createJournal({ service: 'identity', pool, subjects: { client: schema.client }, onError });
  const usedAssertions = createUsedAssertions({ pool, now });
  const provider = await createProvider({
    issuer: config.PUBLIC_URL,
    audience: config.TOKEN_AUDIENCE,
    signingKey: config.SIGNING_KEY,
    otherKey: config.PREVIOUS_SIGNING_KEY,
    adapter: adapterOf({ clients: createClientStore(pool), usedAssertions, now }),
    logger,
    now,
  });

  const app = await createServer({
    name: 'identity',
    description: 'Gives clients the tokens with which they call every other service.',
    logger,
    verifier: createVerifier({ issuers: [], audience: config.TOKEN_AUDIENCE }), // no route of this service takes a token
    metrics: parts.metrics,
    health,
    publicUrl: config.PUBLIC_URL,
    tokenUrl: `${config.PUBLIC_URL.replace(/\/$/, '')}/token`,
    rateLimitPerMinute: config.RATE_LIMIT_PER_MINUTE,
    trustedProxies: config.TRUSTED_PROXIES,
    schemas: { TokenRequest, TokenAnswer, OAuthError, PublishedKeys, Discovery },
  });
  health.add('database', () => pool.query('select 1'));
  await registerTokens(app, { provider, logger });

  let forgetting: Worker | undefined;
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
      }
      forgetting = startForgetting(usedAssertions, onError);
    },
    async stop() {
      await forgetting?.stop();
      await journal.stop();
    },
  };
}
