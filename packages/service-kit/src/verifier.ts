import { hash } from 'node:crypto';
import { type OrganisationKind, type Role, type Scope, TokenClaims } from '@rohnamo/contracts';
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { createIssuerKeys, type IssuerKeys } from './issuer-keys.ts';
import { refused } from './problem.ts';

/** Who a token speaks for. */
export interface VerifiedToken {
  readonly clientId: string;
  readonly organisationId: string;
  readonly organisationKind: OrganisationKind;
  readonly facilityIds: readonly string[];
  /** Desks of those facilities whose tasks are theirs to see. */
  readonly deskIds: readonly string[];
  readonly role: Role;
  readonly scopes: ReadonlySet<string>;
}

export interface Verifier {
  /** Refuses with token-invalid; with issuer-unavailable where the keys to tell are not known and cannot be had. */
  verify: (token: string) => Promise<VerifiedToken>;
  /** The client is revoked, for good: no token of it is accepted any more, remembered or not, whenever it says it was made. */
  forgetClient: (clientId: string) => void;
}

export interface VerifierOptions {
  /** Issuers accepted, exactly as their tokens name them. */
  issuers: readonly string[];
  /** Further issuers, whose keys are at hand: nobody is asked for them. */
  known?: readonly IssuerKeys[];
  audience: string;
  fetch?: typeof fetch;
  now?: () => number;
  /** Tokens remembered at most. */
  rememberMax?: number;
}

const algorithms = ['ES256', 'EdDSA', 'RS256'];
const clockToleranceSeconds = 5;
/** How far ahead an issuer's clock may be. */
const issuedAheadMaxSeconds = 60;
const tokenLengthMax = 8192;
/** So many that none is forgotten while a token of the client lives: that takes as many revocations within minutes. */
const revocationsMax = 100_000;

/**
 * Verifies access tokens (RFC 9068) of the issuers in the configuration, finding their keys by OpenID discovery.
 * A verified token is remembered by its SHA-256, up to a bound, and its `exp` is checked on each hit.
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const now = options.now ?? Date.now;
  const rememberMax = options.rememberMax ?? 10_000;
  const issuers = new Map<string, IssuerKeys>(
    [
      ...options.issuers.map((issuer) => createIssuerKeys({ issuer, fetch: options.fetch ?? fetch, now })),
      ...(options.known ?? []),
    ].map((keys) => [keys.issuer, keys]),
  );
  const remembered = new Map<string, { token: VerifiedToken; expiresAt: number }>();
  const revoked = new Set<string>();

  const verify = async (token: string): Promise<VerifiedToken> => {
    if (token.length > tokenLengthMax) throw invalidToken();
    const digest = hash('sha256', token, 'base64');
    const hit = remembered.get(digest);
    if (hit !== undefined) {
      remembered.delete(digest);
      if (hit.expiresAt <= now() || revoked.has(hit.token.clientId)) throw invalidToken();
      remembered.set(digest, hit);
      return hit.token;
    }
    const payload = await verifySignature(token, issuers, options.audience, now());
    const verified = tokenOf(payload);
    if ((payload.iat ?? 0) > now() / 1000 + issuedAheadMaxSeconds) throw invalidToken();
    if (revoked.has(verified.clientId)) throw invalidToken();
    remembered.set(digest, { token: verified, expiresAt: expiryOf(payload) });
    forgetOldest(remembered, rememberMax);
    return verified;
  };

  return {
    verify,
    forgetClient: (clientId) => {
      revoked.delete(clientId);
      revoked.add(clientId);
      forgetOldest(revoked, revocationsMax);
    },
  };
}

async function verifySignature(
  token: string,
  issuers: ReadonlyMap<string, IssuerKeys>,
  audience: string,
  nowMs: number,
): Promise<JWTPayload> {
  const keys = issuers.get(claimedIssuer(token) ?? '');
  if (keys === undefined) throw invalidToken();
  try {
    const { payload } = await jwtVerify(token, keys.find, {
      issuer: keys.issuer,
      audience,
      algorithms,
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(nowMs),
      requiredClaims: ['exp', 'iat', 'iss', 'aud'],
    });
    return payload;
  } catch (cause) {
    if (cause instanceof errors.JOSEError) throw invalidToken(cause);
    // A key that does not fit the algorithm named in the header makes jose throw a TypeError.
    if (cause instanceof TypeError) throw invalidToken(cause);
    throw cause;
  }
}

function claimedIssuer(token: string): string | undefined {
  try {
    const { typ } = decodeProtectedHeader(token);
    // RFC 9068 §4: anything else, an ID token for one, is not an access token.
    if (typ !== undefined && !/^(application\/)?at\+jwt$/i.test(typ)) return undefined;
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

function tokenOf(payload: JWTPayload): VerifiedToken {
  const claims = TokenClaims.safeParse(payload);
  if (!claims.success) throw invalidToken();
  return {
    clientId: claims.data.client_id,
    organisationId: claims.data.organisation_id,
    organisationKind: claims.data.organisation_kind,
    facilityIds: claims.data.facility_ids,
    deskIds: claims.data.desk_ids,
    role: claims.data.role,
    scopes: new Set<string>(claims.data.scope.split(' ').filter((scope) => scope !== '')),
  };
}

const expiryOf = (payload: JWTPayload): number => ((payload.exp ?? 0) + clockToleranceSeconds) * 1000;

function forgetOldest(kept: Map<string, unknown> | Set<string>, max: number): void {
  const oldest = kept.keys().next();
  if (kept.size > max && oldest.done !== true) kept.delete(oldest.value);
}

/** Refuses a token. */
export const invalidToken = (cause?: unknown) =>
  refused('token-invalid', {
    headers: { 'www-authenticate': 'Bearer realm="rohnamo", error="invalid_token"' },
    ...(cause === undefined ? {} : { cause }),
  });

/** Whether the token may do this. */
export const hasScope = (token: VerifiedToken, scope: Scope): boolean => token.scopes.has(scope);
