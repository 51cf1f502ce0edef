import type { KeyObject } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { Scope } from '@rohnamo/contracts';
import type { Logger } from '@rohnamo/service-kit';
import OidcProvider, { type AdapterFactory, type Configuration, errors } from 'oidc-provider';
import { assertionAlgorithms } from '../clients/public-keys.ts';
import { privateSignatureJwk, publicSignatureJwk } from '../signing-key.ts';
import { announcedOf } from './discovery.ts';
import { hasSecret, registrationField, registrationOf } from './registration.ts';

const tokenLifetimeSeconds = 300;
const clockToleranceSeconds = 15;
/** An assertion that lives longer is refused: a copy of it could be tried for as long. */
const assertionLifetimeMaxSeconds = 600;
/** How far ahead a client's clock may be: an assertion made later than that was made for later, by whoever had the key for a moment. */
const issuedAheadMaxSeconds = 60;

export interface ProviderOptions {
  issuer: string;
  audience: string;
  signingKey: KeyObject;
  /** Published beside it. */
  otherKey?: KeyObject | undefined;
  adapter: AdapterFactory;
  logger: Logger;
  now: () => Date;
}

/** oidc-provider with everything off but the client credentials grant (RFC 6749 §4.4), giving JWT access tokens (RFC 9068). */
export async function createProvider({
  issuer,
  audience,
  signingKey,
  otherKey,
  adapter,
  logger,
  now,
}: ProviderOptions): Promise<OidcProvider> {
  const jwk = await privateSignatureJwk(signingKey);
  const otherJwk = otherKey && (await publicSignatureJwk(otherKey));
  const published = otherJwk === undefined || otherJwk.kid === jwk.kid ? [] : [otherJwk];
  const provider = new OidcProvider(issuer, {
    ...(onlyClientCredentials satisfies Configuration),
    adapter,
    jwks: { keys: [jwk] },
    features: { ...onlyClientCredentials.features, resourceIndicators: oneResource({ audience, kid: jwk.kid }) },
  });

  provider.Client.prototype.compareClientSecret = function compareClientSecret(secret: string) {
    return hasSecret(registrationOf(this), secret, now());
  };
  // The library makes these from the request, and so from whatever Host a caller or a proxy sends.
  provider.OIDCContext.prototype.urlFor = (name: string) => provider.urlFor(name);

  provider.use(async (ctx, next) => {
    const isOpened = ctx.res.hasHeader('access-control-allow-origin');
    await next();
    if (ctx.status === 503) ctx.set('retry-after', '2');
    // The library opens what it answers to every origin, where nobody has said to which.
    if (!isOpened) {
      ctx.remove('access-control-allow-origin');
      ctx.remove('access-control-expose-headers');
    }
    if (ctx.status !== 200) return;
    if (ctx.path === '/jwks') ctx.body = { keys: [...(ctx.body as { keys: object[] }).keys, ...published] };
    if (ctx.path === '/.well-known/openid-configuration') ctx.body = announcedOf(ctx.body as Record<string, unknown>);
  });

  // Koa writes what nobody listens to on standard error, with the message.
  const emitter: EventEmitter = provider;
  emitter.on('error', (err) => logger.warn({ err }, 'an answer could not be sent'));
  provider.on('server_error', (ctx, err) =>
    logger.error({ err, clientId: ctx.oidc.client?.clientId }, 'a token request failed'),
  );
  provider.on('grant.error', (ctx, err) =>
    logger.info({ errorCode: err.error, clientId: ctx.oidc.client?.clientId }, 'a token was refused'),
  );
  return provider;
}

const onlyClientCredentials = {
  scopes: [...Scope.options],
  responseTypes: [],
  clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  enabledJWA: { clientAuthSigningAlgValues: [...assertionAlgorithms], idTokenSigningAlgValues: ['ES256'] },
  // No ID token is ever issued; the library checks of each client that it could sign one, and its default is RS256.
  clientDefaults: { grant_types: ['client_credentials'], response_types: [], id_token_signed_response_alg: 'ES256' },
  clockTolerance: clockToleranceSeconds,
  ttl: { ClientCredentials: tokenLifetimeSeconds },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    userinfo: { enabled: false },
  },
  extraClientMetadata: { properties: [registrationField] },
  extraTokenClaims: (ctx) => ({ ...registrationOf(ctx.oidc.client ?? {}).claims }),
  clientBasedCORS: () => false,
  // Whatever a browser accepts, an error is JSON.
  renderError: (ctx, out) => {
    ctx.body = out;
  },
  assertJwtClientAuthClaimsAndHeader: (_ctx, { exp, iat }) => {
    const nowSeconds = Date.now() / 1000;
    const latest = nowSeconds + assertionLifetimeMaxSeconds + clockToleranceSeconds;
    if (typeof exp !== 'number' || exp > latest) throw new errors.InvalidClientAuth('the assertion lives too long');
    if (typeof iat === 'number' && iat > nowSeconds + issuedAheadMaxSeconds)
      throw new errors.InvalidClientAuth('the assertion is of a time to come');
  },
} satisfies Configuration;

/** The one API that tokens are for (RFC 8707), whether or not a request names it. Without it tokens would be opaque. */
function oneResource({
  audience,
  kid,
}: {
  audience: string;
  kid: string;
}): NonNullable<NonNullable<Configuration['features']>['resourceIndicators']> {
  return {
    enabled: true,
    defaultResource: () => audience,
    getResourceServerInfo: (ctx, resource, client) => {
      if (resource !== audience) throw new errors.InvalidTarget('there is no such resource here');
      const { scopes } = registrationOf(client);
      const params = ctx.oidc.params ?? {};
      // RFC 6749 §3.3: left out, the client's own set; beyond it, invalid_scope. The library would leave out what it does not know.
      params['scope'] ??= scopes.join(' ');
      const beyond = String(params['scope'])
        .split(' ')
        .filter((scope) => !scopes.includes(scope));
      if (beyond.length > 0)
        throw new errors.InvalidScope('the client cannot have every scope that was asked for', beyond.join(' '));
      return {
        scope: scopes.join(' '),
        audience,
        accessTokenTTL: tokenLifetimeSeconds,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256', kid } },
      };
    },
  };
}
