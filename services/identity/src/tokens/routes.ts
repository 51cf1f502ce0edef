import { problems } from '@rohnamo/contracts';
import { detailOf, type Logger, publicAccess, Refused, refusalOf, refused, type Server } from '@rohnamo/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type Provider from 'oidc-provider';
import { Discovery, OAuthError, PublishedKeys, TokenAnswer, TokenRequest } from './messages.ts';

const tags = ['tokens'];

const oauthError = (description: string) => ({ description, content: { 'application/json': { schema: OAuthError } } });
const everywhere = {
  429: oauthError('`temporarily_unavailable`: too many requests; see Retry-After'),
  500: oauthError('`server_error`: something failed on our side'),
};

/** The three addresses of the library that are served: nothing else of it can be reached. */
export async function registerTokens(
  app: Server,
  { provider, logger }: { provider: Provider; logger: Logger },
): Promise<void> {
  await app.register(async (tokens: Server) => {
    const hand = handOver(provider);
    tokens.setErrorHandler((error, _request, reply) => answerAsOAuth(error, reply, logger));
    // The library reads the body, whatever it is, and says what is wrong with it.
    tokens.removeAllContentTypeParsers();
    tokens.addContentTypeParser('*', (_request, _body, done) => done(null));
    const validator = tokens.validatorCompiler;
    tokens.setValidatorCompiler((route) =>
      route.httpPart === 'body' || validator === undefined ? () => true : validator(route as never),
    ); // one compiler serves schemas of every kind

    tokens.post(
      '/token',
      {
        config: { access: publicAccess, ownErrors: true },
        schema: {
          tags,
          operationId: 'getToken',
          summary: 'Get an access token',
          description:
            'The client credentials grant (RFC 6749 §4.4). A client with a secret sends it by HTTP Basic or in the body; a client with keys sends a signed assertion (private_key_jwt). ' +
            'The token lives five minutes: keep it, and ask anew shortly before it ends.',
          consumes: ['application/x-www-form-urlencoded'],
          body: TokenRequest,
          response: {
            200: { description: 'A token', content: { 'application/json': { schema: TokenAnswer } } },
            400: oauthError('`invalid_request`, `invalid_scope`, `invalid_target` or `unsupported_grant_type`'),
            401: oauthError(
              '`invalid_client`: the client is unknown or revoked, or its secret or assertion is not valid',
            ),
            ...everywhere,
            503: oauthError('`temporarily_unavailable`: repeat shortly'),
          },
        },
      },
      hand,
    );
    tokens.get(
      '/jwks',
      {
        config: { access: publicAccess, quiet: true, ownErrors: true },
        schema: {
          tags,
          operationId: 'getSigningKeys',
          summary: 'The keys that tokens are signed with',
          description: 'To verify tokens offline. Fetch them anew when a token names a key that you do not know.',
          response: {
            200: { description: 'A JWK set', content: { 'application/jwk-set+json': { schema: PublishedKeys } } },
            400: oauthError('`invalid_request`: the request cannot be read'),
            ...everywhere,
          },
        },
      },
      hand,
    );
    tokens.get(
      '/.well-known/openid-configuration',
      {
        config: { access: publicAccess, quiet: true, ownErrors: true },
        schema: {
          tags,
          operationId: 'getDiscovery',
          summary: 'What this issuer offers, and where',
          description: 'OpenID Connect Discovery 1.0: the token endpoint, the keys, the scopes.',
          response: {
            200: {
              description: 'OpenID Connect Discovery 1.0',
              content: { 'application/json': { schema: Discovery } },
            },
            400: oauthError('`invalid_request`: the request cannot be read'),
            ...everywhere,
          },
        },
      },
      hand,
    );
  });
}

/** Lets the library answer, with the headers that were set up to here. */
function handOver(provider: Provider): (request: FastifyRequest, reply: FastifyReply) => void {
  const answer = provider.callback();
  return ({ raw, routeOptions }, reply) => {
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) reply.raw.setHeader(name, value);
    // The library looks at the address as it was spelled, not as it was routed.
    raw.url = routeOptions.url ?? '/';
    // Closed to other origins: without this header the library has none to answer.
    delete raw.headers.origin;
    void answer(raw, reply.raw);
  };
}

/** What is refused before the library sees it, in the form that it would have. */
function answerAsOAuth(error: unknown, reply: FastifyReply, logger: Logger): FastifyReply {
  const { status, description, headers } = reasonOf(error);
  if (status >= 500) logger.error({ err: error }, 'a token request failed');
  const answer: OAuthError = {
    error:
      status === 429 || status === 503 ? 'temporarily_unavailable' : status < 500 ? 'invalid_request' : 'server_error',
    error_description: description,
  };
  return reply
    .code(status)
    .headers({ 'cache-control': 'no-store', ...headers })
    .type('application/json')
    .send(JSON.stringify(answer));
}

function reasonOf(error: unknown): { status: number; description: string; headers: Readonly<Record<string, string>> } {
  if (error instanceof Refused) {
    return { status: problems[error.code].status, description: detailOf(error), headers: error.headers };
  }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (status >= 400 && status < 500) return { status, description: detailOf(refusalOf(error)), headers: {} };
  return { status: 500, description: detailOf(refused('internal')), headers: {} };
}
