import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import type { Access } from './access.ts';
import type { Limit } from './limits.ts';
import { Refused, refused } from './problem.ts';
import { hasScope, type VerifiedToken, type Verifier } from './verifier.ts';

/** Who sent a request. */
export interface Caller extends VerifiedToken {
  /** The member of staff on whose behalf the client acts: an opaque id that it asserts, or null. */
  readonly actingPerson: string | null;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call this route. Every route says so, or the service does not boot. */
    access?: Access;
  }
  interface FastifyRequest {
    /** Who sent the request. Throws on a route that is public: it has no caller. */
    readonly caller: Caller;
    verifiedCaller: Caller | null;
  }
}

export interface RouteAccess {
  method: string;
  path: string;
  access: Access;
}

type AllowedAccess = Extract<Access, { kind: 'allowed' }>;

const tables = new WeakMap<object, RouteOptions[]>();

/** Every route of an app and who may call it. Complete once the app is ready. */
export function routeTable(app: FastifyInstance): RouteAccess[] {
  const routes = tables.get(app.server) ?? [];
  return routes
    .flatMap((route) => [route.method].flat().map((method) => ({ method, path: route.url, access: accessOf(route) })))
    .sort((a, b) => (a.path === b.path ? compare(a.method, b.method) : compare(a.path, b.path)));
}

const compare = (a: string, b: string): number => (a < b ? -1 : 1);

/**
 * Refuses whoever may not call a route: 401 without a valid token, 403 for the wrong role or scope. Who is refused is counted
 * like others, by `limit`: by address where the token is not valid, by client where it is.
 */
export function registerAuth(app: FastifyInstance, { verifier, limit }: { verifier: Verifier; limit: Limit }): void {
  const routes: RouteOptions[] = [];
  tables.set(app.server, routes);
  app.addHook('onRoute', (route) => void routes.push(route));
  app.addHook('onReady', (done) => {
    routes.forEach(accessOf);
    done();
  });

  app.decorateRequest('verifiedCaller', null);
  app.decorateRequest('caller', {
    getter(this: FastifyRequest): Caller {
      if (this.verifiedCaller === null) throw new Error('a public route has no caller');
      return this.verifiedCaller;
    },
  });

  const admit = async (request: FastifyRequest, access: AllowedAccess): Promise<void> => {
    const token = await verifier.verify(bearerToken(request.headers.authorization));
    request.verifiedCaller = { ...token, actingPerson: null };
    if (!access.roles.includes(token.role)) {
      throw refused('forbidden', { detail: `This is for clients of the role ${access.roles.join(' or ')}.` });
    }
    if (!access.scopes.some((scope) => hasScope(token, scope))) {
      throw refused('forbidden', {
        detail: `The token does not have the scope ${access.scopes.join(' or ')}.`,
        remedy:
          'Get a token without naming scopes, which has all of your client, or ask the operator for a client that has this one.',
        headers: {
          'www-authenticate': `Bearer realm="rohnamo", error="insufficient_scope", scope="${access.scopes[0]}"`,
        },
      });
    }
    request.verifiedCaller = { ...token, actingPerson: actingPersonOf(request.headers['acting-person']) };
  };

  app.addHook('onRequest', async (request, reply) => {
    if (request.is404) return;
    const { access, rateLimited } = request.routeOptions.config;
    if (access === undefined) throw new Error('a route without access was reached');
    if (access.kind === 'public') return;
    try {
      await admit(request, access);
    } catch (error) {
      if (error instanceof Refused && rateLimited !== false) reply.headers(await limit(request));
      throw error;
    }
  });
}

function accessOf(route: RouteOptions): Access {
  const access = route.config?.access;
  if (access === undefined) {
    throw new Error(`${[route.method].flat().join()} ${route.url} does not say who may call it: give it config.access`);
  }
  return access;
}

/** The token of an Authorization header (RFC 6750 §2.1). Refuses with token-missing. */
export function bearerToken(header: string | undefined): string {
  const token = /^bearer +([A-Za-z0-9._~+/=-]+) *$/i.exec(header ?? '')?.[1];
  if (token === undefined) {
    throw refused('token-missing', { headers: { 'www-authenticate': 'Bearer realm="rohnamo"' } });
  }
  return token;
}

/**
 * Reads Acting-Person: an id that means something only in the client's own system. What looks like a
 * telephone number or an e-mail address is refused, since it would be written into the journal for ever.
 */
export function actingPersonOf(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  const id = Array.isArray(header) ? header.join(',') : header;
  if (!/^[A-Za-z0-9._~-]{1,64}$/.test(id) || looksLikeTelephone(id)) {
    throw refused('acting-person-invalid', {
      errors: [{ parameter: 'acting-person', in: 'header', detail: 'must be an opaque id of your staff' }],
    });
  }
  return id;
}

/** Seven to fifteen digits and nothing else but separators is how a telephone number is written (E.164). An @ is not taken at all. */
const looksLikeTelephone = (id: string): boolean => /^(00)?\d(?:[-._~]?\d){6,14}$/.test(id);
