import { routeTable } from '@rohnamo/service-kit';
import { accessTable, asking, commonRoutes, foundAccess, foundSights, sightTable } from '@rohnamo/testkit';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningDirectory, runningDirectory, strangeId } from './running-directory.ts';

let directory: RunningDirectory;
beforeAll(async () => {
  directory = await runningDirectory();
});
afterAll(() => directory.stop());

it('each route lets in whom the table names, with the scope that it asks for, and nobody else', async () => {
  const found = await foundAccess(
    routeTable(directory.app),
    asking(directory.app, directory.issuer),
    directory.verifier,
  );
  expect(found).toEqual(
    accessTable(`
      nobody                             migration-service facility supervisor directory-admin auditor operator service
      GET   /v1/facilities                  everybody
      GET   /v1/places                      everybody
      GET   /v1/facilities/:id            401 allowed       allowed  allowed    allowed         allowed 403      allowed
      GET   /v1/facilities/:id/offerings  401 allowed       allowed  allowed    allowed         allowed 403      allowed
      GET   /v1/offerings/:id             401 allowed       allowed  allowed    allowed         allowed 403      allowed
      GET   /v1/organisations             401 allowed       allowed  allowed    allowed         allowed 403      allowed
      GET   /v1/organisations/:id         401 allowed       allowed  allowed    allowed         allowed 403      allowed
      POST  /v1/organisations             401 403           403      403        allowed         403     403      403
      POST  /v1/facilities                401 403           403      403        allowed         403     403      403
      PATCH /v1/facilities/:id            401 403           403      403        allowed         403     403      403
      POST  /v1/facilities/:id/offerings  401 403           403      403        allowed         403     403      403
      PATCH /v1/offerings/:id             401 403           allowed  403        allowed         403     403      403
      ${commonRoutes}`),
  );
});

it('everybody with a token reads what there is; an offering is to be changed only where it is one’s own', async () => {
  const organisationId = await directory.organisation();
  const facility = await directory.facility(organisationId);
  const offering = await directory.offering(facility);
  const subjects = { organisations: organisationId, facilities: facility, offerings: offering };
  const client = { role: 'facility', organisationId } as const;
  const found = await foundSights({
    routes: routeTable(directory.app),
    subjectOf: (route) => subjects[route.split('/')[2] as keyof typeof subjects],
    nothing: strangeId,
    viewers: {
      admin: { role: 'directory-admin', organisationId: strangeId },
      own: { ...client, facilityIds: [facility] },
      'next-door': { ...client, facilityIds: [randomUUID()] },
      other: { role: 'facility', organisationId: strangeId, facilityIds: [randomUUID()] },
      officer: { role: 'migration-service', organisationId: strangeId },
    },
    bodyOf: (route) => bodies[route],
    ask: asking(directory.app, directory.issuer),
  });
  expect(found).toEqual(
    sightTable(`
      admin own next-door other officer
      GET   /v1/organisations/:id        seen seen seen seen seen
      GET   /v1/facilities/:id           seen seen seen seen seen
      GET   /v1/facilities/:id/offerings seen seen seen seen seen
      GET   /v1/offerings/:id            seen seen seen seen seen
      PATCH /v1/facilities/:id           seen 403  403  403  403
      POST  /v1/facilities/:id/offerings seen 403  403  403  403
      PATCH /v1/offerings/:id            seen seen 404  404  403`),
  );
});
const bodies: Record<string, object> = {
  'PATCH /v1/facilities/:id': {},
  'PATCH /v1/offerings/:id': {},
  'POST /v1/facilities/:id/offerings': { service: 'rehabilitation', pyramidLayer: 1 },
};
