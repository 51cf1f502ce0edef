import { Role } from '@rohnamo/contracts';
import { createPool, routeTable } from '@rohnamo/service-kit';
import { accessTable, asking, commonRoutes, foundAccess, testIssuer } from '@rohnamo/testkit';
import { expect, it, onTestFinished } from 'vitest';
import { buildIdentity, facilityId, identityDatabase, makeClient } from './identity-server.ts';

it('each route lets in whom the table names, with the scope that it asks for, and nobody else', async () => {
  const database = await identityDatabase();
  onTestFinished(() => database.drop());
  const pool = createPool(database.appUrl, { applicationName: 'identity test' });
  onTestFinished(() => pool.end());
  const issuer = await testIssuer();
  onTestFinished(() => issuer.stop());
  const { service, verifier } = await buildIdentity({ pool, issuers: [issuer.url] });
  const { app } = service;
  await app.ready();
  onTestFinished(() => app.close());
  // It takes tokens of clients that it has.
  for (const role of [...Role.options, 'revoked'])
    await makeClient(
      database,
      '--role',
      role === 'revoked' ? 'auditor' : role,
      '--client-id',
      `test-${role}`,
      ...(role === 'facility' ? ['--facility', facilityId] : []),
    );

  expect(await foundAccess(routeTable(app), asking(app, issuer), verifier)).toEqual(
    accessTable(`
      nobody migration-service facility supervisor directory-admin auditor operator service
      POST /token                            everybody
      GET  /jwks                             everybody
      GET  /.well-known/openid-configuration everybody
      ${commonRoutes}`),
  );
});
