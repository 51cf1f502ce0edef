import type { Server } from '@rohnamo/service-kit';

/** What a page of another origin may call, and how. */
const methodsOf: Readonly<Record<string, string>> = {
  '/token': 'POST',
  '/jwks': 'GET',
  '/.well-known/openid-configuration': 'GET',
};
const preflightMaxAgeSeconds = 3600;

/**
 * Opens the token endpoint, the keys and discovery to pages of these origins, by CORS (Fetch Standard §3.3); to pages of any
 * other they stay closed. Cookies are never taken, so `Access-Control-Allow-Credentials` is never sent.
 */
export function openToOrigins(app: Server, origins: readonly string[]): void {
  app.addHook('onRequest', (request, reply, done) => {
    const [path = ''] = request.url.split('?');
    const methods = methodsOf[path];
    if (methods === undefined || origins.length === 0) return done();
    reply.header('vary', 'Origin');
    const { origin } = request.headers;
    if (origin === undefined || !origins.includes(origin)) return done();
    reply.header('access-control-allow-origin', origin);
    if (request.method !== 'OPTIONS') {
      reply.header('access-control-expose-headers', 'Retry-After, WWW-Authenticate, X-Request-Id');
    } else {
      reply.headers({
        'access-control-allow-methods': methods,
        'access-control-allow-headers': 'authorization, content-type',
        'access-control-max-age': String(preflightMaxAgeSeconds),
      });
    }
    return done();
  });
}
