import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '@rohnamo/testkit';
import { describe, expect, it } from 'vitest';
import { createClient } from '../../src/stack/identity-clients.ts';
import { systemEnvironment } from '../../src/stack/service-environment.ts';
import { workspaceRoot } from '../../src/workspace-root.ts';
import { clientOf } from './api.ts';
import type { Handoff } from './handoff.ts';

const run = promisify(execFile);

export function describeRevocation(handoff: () => Handoff): void {
  describe('a client that is revoked', () => {
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

      const main = join(workspaceRoot, 'services', 'identity', 'src', 'main.ts');
      await run(process.execPath, [main, 'clients', 'revoke', credentials.clientId], { env: environment });
      const revokedAt = performance.now();
      await eventually(async () => (await statuses()).every((status) => status === 401));
      await annotate(`refused by all within ${Math.round(performance.now() - revokedAt)} ms of the command's end`);
    });
  });
}
