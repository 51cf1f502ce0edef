import { randomUUID } from 'node:crypto';
import { Facility, Organisation } from '@rohnamo/contracts';
import { aFacility } from '@rohnamo/testkit';
import { expect, it } from 'vitest';
import { createApiClient } from '../src/api-client.ts';
import { identityAndDirectory, ofPlatform } from './identity-and-directory.ts';

it('an installation begins with an administrator of the directory; from then on clients name what the directory has', async () => {
  const { issuer, origin, clients } = await identityAndDirectory();
  const admin = createApiClient({ issuer, ...(await clients('--role', 'directory-admin', ...ofPlatform)) });
  const organisation = await admin.call(`${origin}/v1/organisations`, {
    method: 'POST',
    body: { kind: 'health-provider', name: 'Kulob health department (sample)' },
    answer: Organisation,
  });
  const deskId = randomUUID();
  const facility = await admin.call(`${origin}/v1/facilities`, {
    method: 'POST',
    body: aFacility(organisation.id, { desks: [{ id: deskId, name: 'Room 4' }], locationConfidential: true }),
    answer: Facility,
  });
  const ofClinic = ['--role', 'facility', '--organisation', organisation.id, '--organisation-kind', 'health-provider'];
  const its = [...ofClinic, '--facility', facility.id];
  expect(await clients(...its, '--desk', deskId)).toHaveProperty('clientSecret');
  await expect(clients(...its, '--desk', randomUUID())).rejects.toThrow('is of none of the facilities that are named');
  await expect(clients(...ofClinic, '--facility', randomUUID())).rejects.toThrow('there is no facility');
});
