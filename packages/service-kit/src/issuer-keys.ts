import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type CryptoKey,
  type FlattenedJWSInput,
  type JWSHeaderParameters,
} from 'jose';
import { z } from 'zod';
import { refused } from './problem.ts';

/** The keys of one issuer. */
export interface IssuerKeys {
  readonly issuer: string;
  /** The key that a token names. Refuses with issuer-unavailable where the issuer cannot be asked and its keys are not known. */
  readonly find: (header: JWSHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>;
}

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });

const fetchTimeoutMs = 2000;
const retryAfterMs = 1000;
// An issuer that is down must not stop work under way at once; a key that it withdrew must not live on for ever.
const staleKeysMaxMs = 3_600_000;

/** Finds the keys of an issuer by OpenID Connect Discovery 1.0, when they are first needed. */
export function createIssuerKeys(options: { issuer: string; fetch: typeof fetch; now: () => number }): IssuerKeys {
  let remote: Promise<ReturnType<typeof createRemoteJWKSet>> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  let workedAt = Number.NEGATIVE_INFINITY;

  const open = (): Promise<ReturnType<typeof createRemoteJWKSet>> => {
    if (remote === undefined) {
      if (options.now() - failedAt < retryAfterMs) throw unavailable();
      remote = discover(options.issuer, options.fetch).catch((cause: unknown) => {
        remote = undefined;
        failedAt = options.now();
        throw unavailable(cause);
      });
    }
    return remote;
  };

  return {
    issuer: options.issuer,
    find: async (header, token) => {
      const keys = await open();
      try {
        const key = await keys(header, token);
        workedAt = options.now();
        return key;
      } catch (cause) {
        if (isAboutTheToken(cause)) throw cause;
        const known = keys.jwks();
        if (known === undefined || options.now() - workedAt > staleKeysMaxMs) throw unavailable(cause);
        return createLocalJWKSet(known)(header, token).catch(() => {
          // It may have been signed with a key that the issuer, now out of reach, took up since.
          throw unavailable(cause);
        });
      }
    },
  };
}

async function discover(issuer: string, fetch_: typeof fetch): Promise<ReturnType<typeof createRemoteJWKSet>> {
  const response = await fetch_(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(fetchTimeoutMs),
  });
  if (response.status !== 200) throw new Error('discovery was not answered with 200');
  const document = Discovery.parse(await response.json());
  if (document.issuer !== issuer) throw new Error('discovery names another issuer');
  return createRemoteJWKSet(new URL(document.jwks_uri), {
    timeoutDuration: fetchTimeoutMs,
    [customFetch]: (url, init) => fetch_(url, init),
  });
}

const isAboutTheToken = (cause: unknown): boolean =>
  cause instanceof errors.JWKSNoMatchingKey ||
  cause instanceof errors.JWKSMultipleMatchingKeys ||
  cause instanceof errors.JOSENotSupported;

const unavailable = (cause?: unknown) =>
  refused('issuer-unavailable', { headers: { 'retry-after': '2' }, ...(cause === undefined ? {} : { cause }) });
