import { createPool } from '@rohnamo/service-kit';
import { eventually, testIssuer } from '@rohnamo/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  askToken,
  basic,
  buildIdentity,
  clients,
  makeClient,
  startIdentity,
  type TestIdentity,
} from './identity-server.ts';

let identity: TestIdentity;
beforeAll(async () => {
  identity = await startIdentity();
});
afterAll(() => identity.stop());

const entries = (token: string) =>
  fetch(`${identity.url}/v1/journal/entries`, { headers: { authorization: `Bearer ${token}` } });

async function tokenOfNew(...options: string[]): Promise<{ clientId: string; token: string }> {
  const { clientId, clientSecret } = await makeClient(identity.database, ...options);
  const { body } = await askToken(identity.url, {}, basic(clientId, clientSecret));
  return { clientId, token: String(body['access_token']) };
}

test('an auditor reads the journal with a token that was had here, and nobody else does', async () => {
  const auditor = await tokenOfNew('--role', 'auditor');
  const answer = await entries(auditor.token);
  expect(answer.status).toBe(200);
  // The sequencer places an entry soon after it is recorded.
  await eventually(async () => (await (await entries(auditor.token)).text()).includes('client.created.v1'));
  expect((await entries((await tokenOfNew('--role', 'operator')).token)).status).toBe(403);
  expect((await entries('no.token.at-all')).status).toBe(401);
});

test('a token of a client that is revoked is refused from the next request on', async () => {
  const auditor = await tokenOfNew('--role', 'auditor');
  expect((await entries(auditor.token)).status).toBe(200);
  expect((await clients(identity.database, ['revoke', auditor.clientId])).exitCode).toBe(0);
  expect((await entries(auditor.token)).status).toBe(401);
});

test('a token of another issuer, or of a client that does not stand here, is refused', async () => {
  const issuer = await testIssuer();
  const pool = createPool(identity.database.appUrl, { applicationName: 'identity test' });
  const { service } = await buildIdentity({ pool, issuers: [issuer.url] });
  try {
    const headers = await issuer.authorization({
      role: 'auditor',
      organisationId: crypto.randomUUID(),
      clientId: 'auditor-of-nobody',
    });
    const foreign = await fetch(`${identity.url}/v1/journal/entries`, { headers });
    expect(foreign.status).toBe(401);
    const unknown = await service.app.inject({ url: '/v1/journal/entries', headers });
    expect(unknown.statusCode).toBe(401);
  } finally {
    await service.app.close();
    await pool.end();
    await issuer.stop();
  }
});
