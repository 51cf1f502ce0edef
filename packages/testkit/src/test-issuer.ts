import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type OrganisationKind, type Role, scopesOfRole } from '@rohnamo/contracts';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface TokenRequest {
  role: Role;
  organisationId: string;
  organisationKind?: OrganisationKind;
  facilityIds?: string[];
  deskIds?: string[];
  clientId?: string;
  /** All of the role's scopes where none are named. */
  scopes?: string[];
  audience?: string;
  /** From now; negative for one that is over. */
  expiresInSeconds?: number;
}

/** A real OpenID issuer of one key: discovery, JWKS, and tokens for whomever a test needs. */
export async function testIssuer() {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256', use: 'sig' };
  const server = createServer((request, response) => {
    const discovery = { issuer: url, jwks_uri: `${url}/jwks`, token_endpoint: `${url}/token` };
    const answer = request.url === '/jwks' ? { keys: [jwk] } : request.url === '/token' ? serviceToken() : discovery;
    void Promise.resolve(answer).then((body) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const tokenFor = (request: TokenRequest): Promise<string> => {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({
      client_id: request.clientId ?? `test-${request.role}`,
      organisation_id: request.organisationId,
      organisation_kind:
        request.organisationKind ?? (request.role === 'migration-service' ? 'migration-service' : 'health-provider'),
      facility_ids: request.facilityIds ?? [],
      desk_ids: request.deskIds ?? [],
      role: request.role,
      scope: (request.scopes ?? scopesOfRole[request.role]).join(' '),
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'test', typ: 'at+jwt' })
      .setIssuer(url)
      .setAudience(request.audience ?? 'urn:rohnamo:api')
      .setIssuedAt(now)
      .setExpirationTime(now + (request.expiresInSeconds ?? 300))
      .setJti(crypto.randomUUID())
      .sign(privateKey);
  };

  /** Whoever asks at the token endpoint is a service of the platform. */
  const serviceToken = async () => ({
    access_token: await tokenFor({ role: 'service', organisationId: crypto.randomUUID() }),
    token_type: 'Bearer',
    expires_in: 300,
  });

  return {
    url,
    tokenFor,
    /** The header that carries such a token. */
    authorization: async (request: TokenRequest) => ({ authorization: `Bearer ${await tokenFor(request)}` }),
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
export type TestIssuer = Awaited<ReturnType<typeof testIssuer>>;
