import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { IssuedSubscription, Subscription } from '@rohnamo/contracts';
import { eventually } from '@rohnamo/testkit';
import { describe, expect, it } from 'vitest';
import { type ClientPlan, createClient } from '../../src/stack/identity-clients.ts';
import { systemEnvironment } from '../../src/stack/service-environment.ts';
import { workspaceRoot } from '../../src/workspace-root.ts';
import { clientOf } from './api.ts';
import type { Handoff } from './handoff.ts';

const run = promisify(execFile);

const mainOfIdentity = join(workspaceRoot, 'services', 'identity', 'src', 'main.ts');

export function describeRevocation(handoff: () => Handoff): void {
  describe('a client that is revoked', () => {
    it('is called no more: its webhook subscription is stopped', async ({ annotate }) => {
      const { stack } = handoff();
      const { organisationId, facilityIds } = stack.clients.facility;
      const environment = { ...systemEnvironment(process.env), DATABASE_URL: stack.databases.identity };
      const made = (plan: Pick<ClientPlan, 'role' | 'facilityIds'>) =>
        createClient(
          { ...plan, organisationId, organisationKind: 'health-provider', unchecked: true },
          { root: workspaceRoot, environment },
        );
      const revoked = await made({ role: 'facility', facilityIds });
      const administrator = clientOf(stack, await made({ role: 'administrator' }));
      const subscriptions = `${stack.services.notifications}/v1/subscriptions`;
      const url = `http://127.0.0.1:9999/${revoked.clientId}`;
      const { id } = await clientOf(stack, revoked).post(subscriptions, { url }, IssuedSubscription);

      await run(process.execPath, [mainOfIdentity, 'clients', 'revoke', revoked.clientId], { env: environment });
      const revokedAt = performance.now();
      const stopped = await eventually(async () => {
        const subscription = await administrator.get(`${subscriptions}/${id}`, Subscription);
        return subscription.state === 'stopped' && subscription;
      });
      expect(stopped).toMatchObject({ clientId: revoked.clientId, stopReason: 'client-revoked' });
      await annotate(`stopped within ${Math.round(performance.now() - revokedAt)} ms of the command's end`);
    });

    it('is refused by every service, though its token has minutes to live', async ({ annotate }) => {
      const { stack } = handoff();
      const { organisationId } = stack.clients['migration-service'];
      const plan = {
        role: 'migration-service',
        organisationId,
        organisationKind: 'migration-service',
        unchecked: true,
      } as const;
      const environment = { ...systemEnvironment(process.env), DATABASE_URL: stack.databases.identity };
      const credentials = await createClient(plan, { root: workspaceRoot, environment });
      const client = clientOf(stack, credentials);
      const { registry, directory, referral, notifications } = stack.services;
      const urls = [
        `${registry}/v1/consents/${organisationId}`,
        `${directory}/v1/organisations`,
        `${referral}/v1/referrals`,
        `${notifications}/v1/events`,
      ];
      const statuses = async () => Promise.all(urls.map(async (url) => (await client.send(url)).status));
      expect(await statuses()).toEqual([404, 200, 200, 200]);

      await run(process.execPath, [mainOfIdentity, 'clients', 'revoke', credentials.clientId], { env: environment });
      const revokedAt = performance.now();
      await eventually(async () => (await statuses()).every((status) => status === 401));
      await annotate(`refused by all within ${Math.round(performance.now() - revokedAt)} ms of the command's end`);
    });
  });
}
