import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refused } from './problem.ts';
import type { Server } from './server.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** false: the route does not count towards the caller's rate limit. */
    rateLimited?: boolean;
  }
}

const windowSeconds = 60;
const keysMax = 10_000;
/** What one subscriber has at least: whoever has one IPv6 address has all that begin as it does. */
const subscriberBits = 64;

/** Whose address it is, to be counted: a subscriber's, by IPv6; an IPv4 one, also where it is written as IPv6. */
export const addressOf = ({ ip }: FastifyRequest): string => normalizeIP(ip, subscriberBits);

/** Counts a request. Answers the headers that say what is left. @throws Refused too-many-requests */
export type Limit = (request: FastifyRequest) => Promise<Record<string, string>>;

/**
 * Limits how many requests a client (an address, where a route is public or the token is not valid) sends in a minute: 429 and
 * Retry-After. Counted in this process alone: n replicas let n times as many through.
 */
export async function createClientLimit(app: FastifyInstance, options: { perMinute: number }): Promise<Limit> {
  await app.register(rateLimit, { global: false });
  return createLimit(app, {
    name: 'minute',
    max: options.perMinute,
    windowSeconds,
    keyOf: (request) =>
      request.verifiedCaller === null ? `address ${addressOf(request)}` : `client ${request.verifiedCaller.clientId}`,
  });
}

/** Counts each request that auth has let through. Register it after auth, which tells who calls. */
export function registerLimits(app: FastifyInstance, limit: Limit): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config.rateLimited === false) return;
    reply.headers(await limit(request));
  });
}

export interface LimitOptions {
  /** What the headers call it. */
  name: string;
  max: number;
  windowSeconds: number;
  /** What is counted: requests with one key share what they may. The 10 000 keys that were counted last are remembered. */
  keyOf: (request: FastifyRequest) => string;
}

/**
 * A limit of a route's own, counted in this process alone. Call it once for each request.
 * @returns RateLimit and RateLimit-Policy as in draft-ietf-httpapi-ratelimit-headers-10, to send where the caller may know them
 * @throws Refused too-many-requests
 */
export function createLimit(app: FastifyInstance | Server, { name, max, windowSeconds, keyOf }: LimitOptions): Limit {
  // The plugin heeds `cache` here, too (5000 without it), and its types do not say so.
  const counted = { max, timeWindow: windowSeconds * 1000, keyGenerator: keyOf, cache: keysMax };
  const count = (app as FastifyInstance).createRateLimit(counted);
  // One after the other: of those that come at once, the plugin would tell each what all of them have come to.
  let last: Promise<unknown> = Promise.resolve();
  return async (request) => {
    const counting = last.then(() => count(request));
    last = counting.catch(() => undefined);
    const limit = await counting;
    if (limit.isAllowed) return {};
    const headers = {
      'ratelimit-policy': `"${name}";q=${limit.max};w=${windowSeconds}`,
      ratelimit: `"${name}";r=${limit.remaining};t=${limit.ttlInSeconds}`,
    };
    if (limit.isExceeded)
      throw refused('too-many-requests', { headers: { ...headers, 'retry-after': String(limit.ttlInSeconds) } });
    return headers;
  };
}
