import { randomBytes } from 'node:crypto';
import { scopesOfRole, type TokenClaims } from '@rohnamo/contracts';
import type { AdapterPayload } from 'oidc-provider';
import { z } from 'zod';
import { isSecretOf } from '../clients/secret.ts';
import type { ClientRow } from '../schema.ts';

/** What this service knows of a client beyond what oidc-provider does. It travels as one metadata field of the library's client. */
const Registration = z.object({
  claims: z.custom<Omit<TokenClaims, 'client_id' | 'scope'>>(),
  scopes: z.array(z.string()),
  secrets: z.array(z.object({ hash: z.base64(), expiresAt: z.number().nullable() })),
});
type Registration = z.infer<typeof Registration>;

/** The name of that field. */
export const registrationField = 'registration';

/** The registration in a client of the library's. */
export const registrationOf = (client: object): Registration =>
  Registration.parse((client as Record<string, unknown>)[registrationField]); // the library types only fields of its own

// The library wants a secret where a client has one, and must never come to compare with it: no request can name this one.
const neverASecret = randomBytes(32).toString('base64url');

/** A client as oidc-provider takes it (OpenID Connect Registration 1.0 §2). */
export function metadataOf(client: ClientRow, now: Date): AdapterPayload {
  const previous =
    client.previousExpiresAt !== null && client.previousExpiresAt > now ? client.previousExpiresAt : null;
  const registration: Registration = {
    claims: {
      organisation_id: client.organisationId,
      organisation_kind: client.organisationKind,
      facility_ids: client.facilityIds,
      desk_ids: client.deskIds,
      role: client.role,
    },
    // A role may have lost a scope since the client was made.
    scopes: scopesOfRole[client.role].filter((scope) => client.scopes.includes(scope)),
    secrets: [
      ...(client.secretHash === null ? [] : [{ hash: client.secretHash.toString('base64'), expiresAt: null }]),
      ...(client.previousSecretHash === null || previous === null
        ? []
        : [{ hash: client.previousSecretHash.toString('base64'), expiresAt: previous.getTime() }]),
    ],
  };
  const keys = [...(client.publicJwks?.keys ?? []), ...((previous && client.previousPublicJwks?.keys) ?? [])];
  return {
    client_id: client.clientId,
    ...(client.publicJwks === null
      ? { token_endpoint_auth_method: 'client_secret_basic', client_secret: neverASecret }
      : { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys } }),
    [registrationField]: registration,
  };
}

/** Whether a secret is valid for a client now. */
export function hasSecret({ secrets }: Registration, secret: string, now: Date): boolean {
  const matching = secrets.filter(({ hash }) => isSecretOf(Buffer.from(hash, 'base64'), secret));
  return matching.some(({ expiresAt }) => expiresAt === null || expiresAt > now.getTime());
}
