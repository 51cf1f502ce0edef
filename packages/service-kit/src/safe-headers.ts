import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What caches may do with the answers of a public route: a Cache-Control. No cache keeps any other answer. */
    cacheControl?: string;
  }
}

/** What every answer has, unless its route says that caches may keep it: no cache holds it, and no browser takes it for another type. */
export const safeHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/**
 * Keeps answers out of caches, and browsers from guessing what they are. A route may allow caches by `config.cacheControl`;
 * the service does not boot where a route does that which takes tokens, since its answers can be about people.
 */
export function registerSafeHeaders(app: FastifyInstance): void {
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.cacheControl !== undefined && config.access?.kind !== 'public')
      throw new Error(`${[method].flat().join()} ${url} takes tokens, so no cache may keep its answers`);
  });
  app.addHook('onRequest', (request, reply, done) => {
    const { cacheControl = safeHeaders['cache-control'] } = request.is404 ? {} : request.routeOptions.config;
    reply.headers({ ...safeHeaders, 'cache-control': cacheControl });
    done();
  });
}
