import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IssuedSubscription, Subscription } from '@rohnamo/contracts';
import { eventually } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workspaceRoot } from '../../src/workspace-root.ts';
import type { Handoff } from './handoff.ts';
import { freePort } from './running-stack.ts';

/** The receiver that the integrator guide shows, run as it stands there. */
export function describeTheReceiverOfTheIntegratorGuide(handoff: () => Handoff): void {
  describe('the receiver of the integrator guide', () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'rohnamo-receiver-'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it('takes a webhook whose signature holds, once, and refuses others', async () => {
      const { stack, as, sent } = handoff();
      const subscriptions = `${stack.services.notifications}/v1/subscriptions`;
      const port = await freePort();
      const url = `http://127.0.0.1:${port}/rohnamo`;
      const { id, secret } = await as('facility').post(
        subscriptions,
        { url, types: ['referral.sent.v1'] },
        IssuedSubscription,
      );

      const guide = readFileSync(join(workspaceRoot, 'docs', 'integrator-guide.md'), 'utf8');
      const [, program = ''] = /```js\n(.*?)```/s.exec(guide) ?? [];
      writeFileSync(join(folder, 'receiver.mjs'), program);
      const environment = { WEBHOOK_SECRET: secret ?? '', PORT: String(port) };
      const receiver = spawn(process.execPath, ['receiver.mjs'], { cwd: folder, env: environment });
      let printed = '';
      for (const stream of [receiver.stdout, receiver.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
      try {
        const unsigned = await eventually(() => fetch(url, { method: 'POST', body: '{}' }));
        expect(unsigned.status).toBe(401);
        const referral = await sent();
        await eventually(() => printed.includes('\n'), { withinMs: 20_000 });
        expect(printed).toBe(`referral.sent.v1 ${referral.id}\n`);
      } finally {
        receiver.kill();
        await as('facility').post(`${subscriptions}/${id}/stop`, undefined, Subscription);
      }
    });
  });
}
