import { FeedPage, Organisation, Referral } from '@rohnamo/contracts';
import { aReferral } from '@rohnamo/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../src/stack/identity-clients.ts';
import { systemEnvironment } from '../../src/stack/service-environment.ts';
import { workspaceRoot } from '../../src/workspace-root.ts';
import { type Client, clientOf, pageOf } from './api.ts';
import type { Handoff } from './handoff.ts';

/** What an organisation sees of a referral that is not its own: nothing, and nothing that tells that there is one. */
export function describeWhatOthersMayNotSee(handoff: () => Handoff): void {
  describe('a referral of others does not exist', () => {
    let referral: Referral;
    let strangers: { name: string; client: Client }[];
    beforeAll(async () => {
      const { as, sent } = handoff();
      strangers = [
        { name: 'facility-2', client: as('facility-2') },
        { name: 'another migration service', client: await anotherMigrationService(handoff()) },
      ];
      referral = await sent();
    });

    it('for a facility of another organisation and for another migration service: 404, the same as for none', async () => {
      const { referral: url } = handoff().stack.services;
      for (const { name, client } of strangers) {
        for (const path of ['', '/trail']) {
          const theirs = await client.send(`${url}/v1/referrals/${referral.id}${path}`);
          const none = await client.send(`${url}/v1/referrals/${referral.taskId}${path}`);
          expect(theirs, `${name} ${path}`).toMatchObject({ status: 404, body: { type: '/problems/not-found' } });
          expect({ ...(none.body as object), instance: '' }).toEqual({ ...(theirs.body as object), instance: '' });
        }
        const act = await client.send(`${url}/v1/referrals/${referral.id}/decline`, { method: 'POST', body: {} });
        expect(act.status).toBe(404);
      }
      const details = await strangers[0]!.client.send(`${url}/v1/referrals/${referral.id}/beneficiary`);
      expect(details.status).toBe(404);
    });

    it('in their lists and in their feeds', async () => {
      const { referral: referrals, notifications } = handoff().stack.services;
      for (const { client } of strangers) {
        expect((await client.get(`${referrals}/v1/referrals`, pageOf(Referral))).items).toEqual([]);
        expect((await client.get(`${notifications}/v1/events`, FeedPage)).items).toEqual([]);
      }
    });

    it('and neither does its person: not to be read, nor to be referred', async () => {
      const { stack, offeringId, as, registerPerson, consentOf } = handoff();
      const person = await registerPerson();
      const consentId = await consentOf(person);
      const stranger = strangers[1]!.client;
      const read = await stranger.send(`${stack.services.registry}/v1/beneficiaries/${person}`);
      expect(read.status).toBe(404);
      const body = aReferral({ beneficiaryId: person, consentId, offeringId });
      const referring = await stranger.send(`${stack.services.referral}/v1/referrals`, { method: 'POST', body });
      expect(referring).toMatchObject({ status: 422, body: { type: '/problems/unknown-beneficiary' } });
      expect((await as('migration-service').send(`${stack.services.registry}/v1/beneficiaries/${person}`)).status).toBe(
        200,
      );
    });
  });
}

/** A client of an organisation that is new, made by identity's command, as an administrator makes it. */
async function anotherMigrationService({ stack, as }: Handoff): Promise<Client> {
  const kind = 'migration-service';
  const url = `${stack.services.directory}/v1/organisations`;
  const { id } = await as('directory-admin').post(
    url,
    { kind, name: 'Another migration service (test)' },
    Organisation,
  );
  const plan = { role: 'migration-service', organisationId: id, organisationKind: kind, unchecked: true } as const;
  const environment = { ...systemEnvironment(process.env), DATABASE_URL: stack.databases.identity };
  return clientOf(stack, await createClient(plan, { root: workspaceRoot, environment }));
}
