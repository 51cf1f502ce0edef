import { z } from 'zod';
import { refused } from './problem.ts';

/** The token with which this service calls the others. */
export interface ServiceToken {
  /** A token that lives for at least 30 seconds more. Callers at the same time share one request for it. */
  get: () => Promise<string>;
  /** Forgets the token: another service has refused it. */
  forget: () => void;
}

export interface ServiceTokenOptions {
  issuer: string;
  clientId: string;
  clientSecret: string;
  fetch?: typeof fetch;
  now?: () => number;
}

const refreshBeforeMs = 30_000;
const fetchTimeoutMs = 2000;

const Discovery = z.object({ issuer: z.string(), token_endpoint: z.url() });
const TokenAnswer = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** Gets tokens by the client credentials grant (RFC 6749 §4.4). Refuses with dependency-unavailable where none can be had. */
export function createServiceToken(options: ServiceTokenOptions): ServiceToken {
  const fetch_ = options.fetch ?? fetch;
  const now = options.now ?? Date.now;
  let held: { token: string; until: number } | undefined;
  let underWay: Promise<string> | undefined;
  let endpoint: string | undefined;

  const request = async (): Promise<string> => {
    try {
      endpoint ??= await discoverTokenEndpoint(options.issuer, fetch_);
      const askedAt = now();
      const answer = await askForToken(endpoint, options, fetch_);
      held = { token: answer.access_token, until: askedAt + answer.expires_in * 1000 - refreshBeforeMs };
      return answer.access_token;
    } catch (cause) {
      throw refused('dependency-unavailable', { cause, headers: { 'retry-after': '2' } });
    }
  };

  return {
    get: async () => {
      if (held !== undefined && held.until > now()) return held.token;
      underWay ??= request().finally(() => {
        underWay = undefined;
      });
      return underWay;
    },
    forget: () => {
      held = undefined;
    },
  };
}

async function discoverTokenEndpoint(issuer: string, fetch_: typeof fetch): Promise<string> {
  const response = await fetch_(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    redirect: 'error',
    signal: AbortSignal.timeout(fetchTimeoutMs),
  });
  if (response.status !== 200) throw new Error('discovery was not answered with 200');
  const document = Discovery.parse(await response.json());
  if (document.issuer !== issuer) throw new Error('discovery names another issuer');
  return document.token_endpoint;
}

async function askForToken(endpoint: string, options: ServiceTokenOptions, fetch_: typeof fetch) {
  // RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
  const encode = (value: string) => encodeURIComponent(value).replaceAll('%20', '+');
  const credentials = Buffer.from(`${encode(options.clientId)}:${encode(options.clientSecret)}`).toString('base64');
  const response = await fetch_(endpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials',
    redirect: 'error',
    signal: AbortSignal.timeout(fetchTimeoutMs),
  });
  if (response.status !== 200) throw new Error('the token request was not answered with 200');
  return TokenAnswer.parse(await response.json());
}
