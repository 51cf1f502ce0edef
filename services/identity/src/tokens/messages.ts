import { Scope } from '@rohnamo/contracts';
import { z } from 'zod';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The body of `POST /token` (RFC 6749 §4.4.2, RFC 7523 §2.2), for the API document: the library reads the request itself. */
export const TokenRequest = z
  .strictObject({
    grant_type: z.literal('client_credentials'),
    scope: z
      .string()
      .optional()
      .describe(
        `Scopes, with spaces between them; all that the client may have where left out. There are ${Scope.options.join(', ')}.`,
      ),
    client_id: z.string().optional().describe('Where the client is not named in the Authorization header'),
    client_secret: z
      .string()
      .optional()
      .describe('Where it is not in the Authorization header (which is better: HTTP Basic, RFC 6749 §2.3.1)'),
    client_assertion_type: z.literal(assertionType).optional(),
    client_assertion: z
      .string()
      .optional()
      .describe(
        'For clients with keys: a JWT signed with one of them, iss and sub the client_id, aud the issuer, a jti of its own, exp at most ten minutes away. It can be used once.',
      ),
    resource: z
      .string()
      .optional()
      .describe('The API that the token is for (RFC 8707); there is one, and it need not be named'),
  })
  .meta({
    examples: [
      {
        grant_type: 'client_credentials',
        scope: 'referrals:read referrals:answer',
        client_id: 'facility-7f3kq9w2xd',
        client_secret: '…',
      },
    ],
  });

/** RFC 6749 §5.1. */
export const TokenAnswer = z
  .object({
    access_token: z
      .string()
      .describe('A JWT (RFC 9068) with organisation_id, organisation_kind, facility_ids, role and scope'),
    expires_in: z.int().describe('Seconds: 300'),
    scope: z.string().describe('The scopes that it has'),
    token_type: z.literal('Bearer'),
  })
  .meta({
    examples: [
      {
        access_token: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIs…',
        expires_in: 300,
        scope: 'referrals:read referrals:answer',
        token_type: 'Bearer',
      },
    ],
  });

/** RFC 6749 §5.2. Not a problem document: every OAuth client knows this form. */
export const OAuthError = z
  .object({
    error: z.string(),
    error_description: z.string().optional(),
    scope: z.string().optional().describe('Of invalid_scope: what cannot be had'),
  })
  .meta({ examples: [{ error: 'invalid_client', error_description: 'client authentication failed' }] });
export type OAuthError = z.infer<typeof OAuthError>;

/** RFC 7517 §5. */
export const PublishedKeys = z
  .object({
    keys: z.array(z.looseObject({ kty: z.string(), kid: z.string(), alg: z.string(), use: z.literal('sig') })),
  })
  .meta({
    examples: [{ keys: [{ kty: 'EC', crv: 'P-256', x: '…', y: '…', kid: 'jIxR4q…', alg: 'ES256', use: 'sig' }] }],
  });

/** OpenID Connect Discovery 1.0 §3. */
export const Discovery = z
  .looseObject({
    issuer: z.url(),
    token_endpoint: z.url(),
    jwks_uri: z.url(),
    grant_types_supported: z.array(z.string()),
    scopes_supported: z.array(z.string()),
  })
  .meta({
    examples: [
      {
        issuer: 'https://identity.example.org',
        token_endpoint: 'https://identity.example.org/token',
        jwks_uri: 'https://identity.example.org/jwks',
        grant_types_supported: ['client_credentials'],
        scopes_supported: ['referrals:read'],
      },
    ],
  });
