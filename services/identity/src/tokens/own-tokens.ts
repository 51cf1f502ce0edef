import { invalidToken, type IssuerKeys, type Verifier } from '@rohnamo/service-kit';
import { createLocalJWKSet } from 'jose';
import type { ClientStore } from '../clients/store.ts';
import type { IdentityConfig } from '../config.ts';
import { publicSignatureJwk } from '../signing-key.ts';

/** The keys to the tokens that this service gives out, as `/jwks` has them. */
export function ownIssuerKeys({
  PUBLIC_URL: issuer,
  SIGNING_KEY: signingKey,
  PREVIOUS_SIGNING_KEY: otherKey,
}: Pick<IdentityConfig, 'PUBLIC_URL' | 'SIGNING_KEY' | 'PREVIOUS_SIGNING_KEY'>): IssuerKeys {
  const published = [signingKey, ...(otherKey === undefined ? [] : [otherKey])];
  let keySet: Promise<ReturnType<typeof createLocalJWKSet>> | undefined;
  const keys = () =>
    (keySet ??= Promise.all(published.map(publicSignatureJwk)).then((jwks) =>
      createLocalJWKSet({ keys: [...new Map(jwks.map((jwk) => [jwk.kid, jwk])).values()] }),
    ));
  return { issuer, find: async (header, token) => (await keys())(header, token) };
}

/**
 * Takes tokens of clients that stand in the database and are not revoked there: this service hears of no revocation, it is
 * where they are made.
 */
export const ofStandingClients = (verifier: Verifier, clients: Pick<ClientStore, 'byClientId'>): Verifier => ({
  ...verifier,
  verify: async (token) => {
    const verified = await verifier.verify(token);
    const client = await clients.byClientId(verified.clientId);
    if (client === null || client.revokedAt !== null) throw invalidToken();
    return verified;
  },
});
