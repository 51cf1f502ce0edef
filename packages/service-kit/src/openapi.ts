import swagger from '@fastify/swagger';
import { type ProblemCode, Scope } from '@rohnamo/contracts';
import scalar from '@scalar/fastify-api-reference';
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { publicAccess } from './access.ts';
import { Problem, ProblemError, problemResponses, refused } from './problem.ts';
import { createSchemaRegistry } from './schema-registry.ts';
import { openForGrowth, tidied } from './openapi-document.ts';

export interface OpenApiOptions {
  name: string;
  description: string;
  version?: string;
  /** What each tag of its routes is about. */
  tags?: Readonly<Record<string, string>>;
  schemas?: Readonly<Record<string, z.ZodType>>;
  publicUrl?: string | undefined;
  tokenUrl?: string | undefined;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its refusals are not problems: another standard says what they are. The route lists them all itself. */
    ownErrors?: boolean;
  }
}

const ofEveryAnswer =
  'Answers are `Cache-Control: no-store` and `X-Content-Type-Options: nosniff`. A path does not end in a slash. `OPTIONS` names the methods of a path (`Allow`); another is 405, one that HTTP does not know 501, a content type that is not taken 415 with `Accept-Post` or `Accept-Patch`. A query parameter has a value and stands there once.';

/** What every service serves beside what is its own. */
const commonTags = {
  journal: 'Evidence that nothing was changed: checkpoints, and the proofs that lead to them',
  operations: 'For those who run the platform: health, metrics, events that were parked',
  problems: 'What refusals mean',
};

/**
 * `GET /openapi.json`: OpenAPI 3.1, made from the schemas that validate the requests. `GET /docs/`: a page to read and try
 * it, served from here alone (no CDN, fonts, telemetry or proxy of others; a content security policy holds it to that).
 */
export async function registerOpenApi(app: FastifyInstance, options: OpenApiOptions): Promise<void> {
  const schemaRegistry = createSchemaRegistry({ ...options.schemas, Problem, ProblemError });
  const zodToJsonConfig = { override: openForGrowth };
  const toJsonSchema = createJsonSchemaTransform({ schemaRegistry, zodToJsonConfig });
  const withComponents = createJsonSchemaTransformObject({ schemaRegistry, zodToJsonConfig });

  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: `Rohnamo ${options.name}`,
        description: `${options.description}\n\n${ofEveryAnswer}`,
        version: options.version ?? '0.1.0',
        license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      },
      // First, so that the page tries the server it came from: any other would be another origin.
      servers: [
        { url: '/', description: 'Where this document came from' },
        ...(options.publicUrl === undefined ? [] : [{ url: options.publicUrl, description: 'For integrators' }]),
      ],
      tags: Object.entries({ ...options.tags, ...commonTags }).map(([name, description]) => ({ name, description })),
      components: { securitySchemes: securitySchemes(options.tokenUrl) },
    },
    transform: (document) => {
      const transformed = toJsonSchema({ ...document, schema: documented(document.schema, document.route) });
      return {
        ...transformed,
        schema: { ...transformed.schema, ...accessOf(document.route, options) },
      };
    },
    transformObject: (document) => tidied(withComponents(document)),
  });

  app.get('/openapi.json', { config: { access: publicAccess, quiet: true }, schema: { hide: true } }, async () =>
    app.swagger(),
  );
  await app.register(docsPage, options);
}

async function docsPage(app: FastifyInstance, options: OpenApiOptions): Promise<void> {
  app.addHook('onRoute', (route) => {
    const cacheControl = route.url.endsWith('.js') ? 'public, max-age=86400' : 'no-cache';
    route.config = { ...route.config, access: publicAccess, quiet: true, cacheControl };
  });
  app.addHook('onRequest', (request, _reply, done) => {
    // The page builds a URL from what the proxy in front says of the request, and throws where that is none.
    const isValid = URL.canParse(request.url, `${request.protocol}://${request.hostname}`);
    done(isValid ? undefined : refused('malformed-request'));
  });
  const callable = ["'self'", ...(options.tokenUrl === undefined ? [] : [new URL(options.tokenUrl).origin])].join(' ');
  app.addHook('onSend', async (_request, reply) => {
    reply.headers({
      'content-security-policy':
        `default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; ` +
        `font-src 'self' data:; connect-src ${callable}; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      'referrer-policy': 'no-referrer',
    });
  });
  await app.register(scalar, {
    routePrefix: '/docs',
    configuration: {
      url: '../openapi.json',
      pageTitle: `Rohnamo ${options.name}`,
      theme: 'default',
      withDefaultFonts: false,
      telemetry: false,
      proxyUrl: '',
      showDeveloperTools: 'never',
      hideClientButton: true,
      mcp: { disabled: true },
      agent: { disabled: true },
      authentication: { preferredSecurityScheme: options.tokenUrl === undefined ? 'bearer' : 'oauth2' },
    },
  });
}

function securitySchemes(tokenUrl: string | undefined) {
  const bearer = {
    type: 'http' as const,
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token of the identity service',
  };
  if (tokenUrl === undefined) return { bearer };
  const scopes = Object.fromEntries(Scope.options.map((scope) => [scope, scope.replace(':', ': ')]));
  return { bearer, oauth2: { type: 'oauth2' as const, flows: { clientCredentials: { tokenUrl, scopes } } } };
}

/** A route's schema with what the server itself adds: headers that every caller may send, problems that every such route can answer. */
function documented(schema: FastifySchema | undefined, route: RouteOptions): FastifySchema {
  if (schema?.hide === true || route.config?.ownErrors === true) return schema ?? {};
  const response = mergeResponses(
    problemResponses(...problemsOfServer(schema, route)),
    (schema?.response ?? {}) as Record<string, unknown>,
  );
  if (route.config?.access?.kind !== 'allowed') return { ...schema, response };
  const headers = schema?.headers instanceof z.ZodObject ? schema.headers : z.looseObject({});
  return { ...schema, headers: headers.extend({ 'acting-person': ActingPerson }), response };
}

/** What a caller can meet before the route's own code runs, and when that fails. */
function problemsOfServer(schema: FastifySchema | undefined, { config }: RouteOptions): ProblemCode[] {
  const takesTokens = config?.access?.kind === 'allowed';
  return [
    'malformed-request',
    ...(takesTokens ? (['token-missing', 'token-invalid', 'forbidden'] as const) : []),
    ...(schema?.body === undefined ? [] : (['payload-too-large', 'unsupported-media-type'] as const)),
    'invalid-field',
    ...(takesTokens ? (['acting-person-invalid'] as const) : []),
    ...(config?.rateLimited === false ? [] : (['too-many-requests'] as const)),
    'internal',
    ...(takesTokens ? (['issuer-unavailable'] as const) : []),
  ];
}

const ActingPerson = z
  .string()
  .max(64)
  .optional()
  .describe('The member of your staff who acts: an opaque id of your own, never a name, phone or e-mail')
  .meta({ examples: ['staff-0417'] });

/** What the route says, and beside it what every route answers; of one status, both descriptions. */
function mergeResponses(everywhere: Record<string, unknown>, own: Record<string, unknown>): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...everywhere, ...own };
  for (const [status, response] of Object.entries(own)) {
    const other = everywhere[status];
    if (isDescribed(response) && isDescribed(other)) {
      merged[status] = { ...response, description: `${response.description}; ${other.description}` };
    }
  }
  return merged;
}

const isDescribed = (value: unknown): value is { description: string } =>
  typeof value === 'object' && value !== null && 'description' in value && typeof value.description === 'string';

function accessOf(route: RouteOptions, options: OpenApiOptions): Record<string, unknown> {
  const access = route.config?.access;
  if (access === undefined || access.kind === 'public') return { security: [], 'x-access': 'public' };
  return {
    security: [
      { bearer: [] },
      ...(options.tokenUrl === undefined ? [] : access.scopes.map((scope) => ({ oauth2: [scope] }))),
    ],
    'x-access': { roles: access.roles, scopes: access.scopes },
  };
}
