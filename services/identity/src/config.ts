import type { KeyObject } from 'node:crypto';
import { baseConfig, httpUrl, list } from '@rohnamo/service-kit';
import { z } from 'zod';
import { readPublicKey, readSigningKey } from './signing-key.ts';

const keyReadBy = (read: (value: string) => KeyObject, mustBe: string) =>
  z.string().transform((value, context) => {
    try {
      return read(value);
    } catch {
      // The reason may quote the value, which is a secret.
      context.addIssue({ code: 'custom', message: mustBe });
      return z.NEVER;
    }
  });

/** An origin as browsers send it (RFC 6454 §6.2): scheme and host, and a port where it is not the scheme's own. No wildcard. */
const origin = () =>
  z
    .string()
    .refine(
      (value) => /^https?:/.test(value) && URL.canParse(value) && new URL(value).origin === value,
      'must be origins, such as https://registry.example.org: no path, no slash at the end, no wildcard',
    );

/** It takes no tokens but its own, and calls no other service. */
const shared = baseConfig.omit({ OIDC_ISSUERS: true, SERVICE_CLIENT_ID: true, SERVICE_CLIENT_SECRET: true });

/** The environment of the identity service. */
export const identityConfig = shared.extend({
  PUBLIC_URL: httpUrl().describe(
    'The issuer, as tokens and discovery name it, whatever Host a request says: the URL at which callers reach this service',
  ),
  SIGNING_KEY: keyReadBy(
    readSigningKey,
    'must be an ES256 private key of your own, no published example, as a JWK or as PKCS #8 DER in base64',
  ).describe('ES256 private key that signs tokens: a JWK, or PKCS #8 DER in base64'),
  PREVIOUS_SIGNING_KEY: keyReadBy(
    readPublicKey,
    'must be an ES256 key of your own, no published example, as a JWK or as PKCS #8 DER in base64',
  )
    .optional()
    .describe(
      'A second ES256 key that is published and does not sign: the last one, or the next; only its public half is kept',
    ),
  CORS_ORIGINS: list()
    .pipe(z.array(origin()))
    .optional()
    .describe(
      'Origins whose pages may get tokens in a browser, such as those of the services for their /docs/: https://host, comma-separated; without it none',
    ),
});
export type IdentityConfig = z.infer<typeof identityConfig>;
