import type { FastifyInstance, RouteOptions } from 'fastify';
import { z } from 'zod';
import { noSuchPath, refused } from './problem.ts';

/**
 * Requests refuse what they do not know: a query parameter on a route that declares none, a body where none is taken, and,
 * at boot, a schema that would let unknown fields through.
 */
export function registerStrictRoutes(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    for (const part of ['querystring', 'body'] as const) assertStrict(route, part);
    if (route.schema?.hide !== true && route.schema?.querystring === undefined) {
      route.schema = { ...route.schema, querystring: noQuery };
    }
  });
  app.addHook('onRequest', (request, _reply, done) => {
    // The router takes `/v1/things/` for a thing without a name.
    const isOtherPath = Object.entries((request.params ?? {}) as Record<string, string>).some(
      ([name, value]) => name !== '*' && value === '',
    );
    done(isOtherPath ? noSuchPath() : undefined);
  });
  app.addHook('preHandler', (request, _reply, done) => {
    const takesBody = request.routeOptions.schema?.body !== undefined;
    done(
      !takesBody && isFilled(request.body)
        ? refused('invalid-field', { errors: [{ pointer: '#', detail: 'is not taken here: send none' }] })
        : undefined,
    );
  });
}

const noQuery = z.strictObject({});

// A body that is not JSON is a stream or a buffer, which a parser of the route's own has let in.
const isFilled = (body: unknown): boolean =>
  (typeof body === 'object' &&
    body !== null &&
    [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(body) as object) &&
    Object.keys(body).length > 0) ||
  ['string', 'number', 'boolean'].includes(typeof body);

function assertStrict(route: RouteOptions, part: 'querystring' | 'body'): void {
  const schema = route.schema?.[part];
  if (!(schema instanceof z.ZodObject) || schema.def.catchall instanceof z.ZodNever) return;
  throw new Error(
    `${[route.method].flat().join()} ${route.url}: its ${part} lets unknown fields through; use z.strictObject`,
  );
}
