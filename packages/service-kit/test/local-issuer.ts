import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** An OpenID issuer without a network: it signs tokens, and its `fetch` answers discovery, keys and token requests. */
export interface LocalIssuer {
  issuer: string;
  fetch: typeof fetch;
  /** What was asked for, by path. */
  asked: string[];
  sign: (options?: SignOptions) => Promise<string>;
  /** From now on it does not answer. */
  goDown: () => void;
  comeBack: () => void;
  /** Signs with a new key from now on; the old one is withdrawn. */
  rotate: () => Promise<void>;
}

interface SignOptions {
  claims?: Record<string, unknown>;
  without?: readonly string[];
  header?: Record<string, unknown>;
  audience?: string;
  issuer?: string;
  issuedAt?: number;
  expiresAt?: number;
  notBefore?: number;
}

export const organisationId = '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60';
export const facilityId = '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d61';
export const audience = 'urn:rohnamo:api';

export async function createLocalIssuer(issuer = 'https://issuer.example'): Promise<LocalIssuer> {
  let keys = await newKeys('first');
  let isDown = false;
  const asked: string[] = [];

  const answer = async (input: string | URL | Request): Promise<Response> => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    asked.push(pathname);
    if (isDown) throw new TypeError('fetch failed');
    if (pathname === '/.well-known/openid-configuration') {
      return Response.json({ issuer, jwks_uri: `${issuer}/jwks`, token_endpoint: `${issuer}/token` });
    }
    if (pathname === '/jwks') return Response.json({ keys: [keys.jwk] });
    if (pathname === '/token') return Response.json({ access_token: await sign(), expires_in: 300 });
    return new Response(null, { status: 404 });
  };

  const sign = async (options: SignOptions = {}): Promise<string> => {
    const now = options.issuedAt ?? Math.floor(Date.now() / 1000);
    const claims: Record<string, unknown> = {
      client_id: 'clinic',
      organisation_id: organisationId,
      organisation_kind: 'health-provider',
      facility_ids: [facilityId],
      role: 'facility',
      scope: 'referrals:read referrals:answer',
      ...options.claims,
    };
    for (const name of options.without ?? []) delete claims[name];
    const token = new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: keys.jwk.kid ?? '', typ: 'at+jwt', ...options.header })
      .setIssuer(options.issuer ?? issuer)
      .setJti(crypto.randomUUID());
    if (options.without?.includes('iat') !== true) token.setIssuedAt(now);
    if (options.without?.includes('aud') !== true) token.setAudience(options.audience ?? audience);
    if (options.without?.includes('exp') !== true) token.setExpirationTime(options.expiresAt ?? now + 300);
    if (options.notBefore !== undefined) token.setNotBefore(options.notBefore);
    return token.sign(keys.privateKey);
  };

  return {
    issuer,
    asked,
    sign,
    fetch: answer,
    goDown: () => {
      isDown = true;
    },
    comeBack: () => {
      isDown = false;
    },
    rotate: async () => {
      keys = await newKeys(crypto.randomUUID());
    },
  };
}

async function newKeys(kid: string): Promise<{ privateKey: CryptoKey; jwk: JWK }> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } };
}
