import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refused } from './problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** false: the route does not count towards the caller's rate limit. */
    rateLimited?: boolean;
  }
}

const windowSeconds = 60;

/**
 * Limits how many requests a client (an address, where a route is public) sends in a minute: 429 and Retry-After.
 * Counted in this process alone: n replicas let n times as many through. Register it after auth, which tells who calls.
 * RateLimit and RateLimit-Policy as in draft-ietf-httpapi-ratelimit-headers-10.
 */
export async function registerLimits(app: FastifyInstance, options: { perMinute: number }): Promise<void> {
  await app.register(rateLimit, { global: false, cache: 10_000 });
  const count = app.createRateLimit({
    max: options.perMinute,
    timeWindow: windowSeconds * 1000,
    keyGenerator: (request: FastifyRequest) =>
      request.verifiedCaller === null ? `address ${request.ip}` : `client ${request.verifiedCaller.clientId}`,
  });
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config.rateLimited === false) return;
    const limit = await count(request);
    if (limit.isAllowed) return;
    const headers = {
      'ratelimit-policy': `"minute";q=${limit.max};w=${windowSeconds}`,
      ratelimit: `"minute";r=${limit.remaining};t=${limit.ttlInSeconds}`,
    };
    if (limit.isExceeded) {
      throw refused('too-many-requests', { headers: { ...headers, 'retry-after': String(limit.ttlInSeconds) } });
    }
    reply.headers(headers);
  });
}
