import { createJournal, type Worker } from '@rohnamo/journal';
import { createServiceServer, type RunningService, type ServerConfig, type ServiceParts } from '@rohnamo/service-kit';
import { createClientStore } from './clients/store.ts';
import type { IdentityConfig } from './config.ts';
import * as schema from './schema.ts';
import { adapterOf } from './tokens/adapter.ts';
import { Discovery, OAuthError, PublishedKeys, TokenAnswer, TokenRequest } from './tokens/messages.ts';
import { openToOrigins } from './tokens/open-to-origins.ts';
import { ofStandingClients } from './tokens/own-tokens.ts';
import { createProvider } from './tokens/provider.ts';
import { registerTokens } from './tokens/routes.ts';
import { createUsedAssertions, startForgetting } from './tokens/used-assertions.ts';

export type IdentityParts = ServiceParts<
  ServerConfig &
    Pick<IdentityConfig, 'PUBLIC_URL' | 'TOKEN_AUDIENCE' | 'SIGNING_KEY' | 'PREVIOUS_SIGNING_KEY' | 'CORS_ORIGINS'>
>;

/**
 * The identity service: tokens for clients, and what became of clients for the others. Clients are made, rotated and revoked by
 * the command `clients`, not over HTTP; tokens of its own are taken from auditors of its journal.
 */
export async function createIdentity(parts: IdentityParts) {
  const { config, pool, logger, onError, now } = parts;
  const journal = createJournal({ service: 'identity', pool, subjects: { client: schema.client }, onError });
  const clients = createClientStore(pool);
  const usedAssertions = createUsedAssertions({ pool, now });
  const provider = await createProvider({
    issuer: config.PUBLIC_URL,
    audience: config.TOKEN_AUDIENCE,
    signingKey: config.SIGNING_KEY,
    otherKey: config.PREVIOUS_SIGNING_KEY,
    adapter: adapterOf({ clients, usedAssertions, now }),
    logger,
    now,
  });

  const app = await createServiceServer(
    { ...parts, verifier: ofStandingClients(parts.verifier, clients) },
    {
      name: 'identity',
      description: 'Gives clients the tokens with which they call every other service.',
      tokenUrl: `${config.PUBLIC_URL.replace(/\/$/, '')}/token`,
      tags: {
        tokens: 'Access tokens by OAuth 2, and the keys that verify them',
      },
      schemas: { TokenRequest, TokenAnswer, OAuthError, PublishedKeys, Discovery },
    },
  );
  openToOrigins(app, config.CORS_ORIGINS ?? []);
  await registerTokens(app, { provider, logger });

  let forgetting: Worker | undefined;
  return {
    app,
    journal,
    start() {
      forgetting = startForgetting(usedAssertions, onError);
    },
    stop: () => forgetting?.stop(),
  } satisfies RunningService;
}
