import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastingPort } from '@rohnamo/backing-services';
import { FeedPage, IssuedSubscription, Subscription } from '@rohnamo/contracts';
import { eventually } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { workspaceRoot } from '../../src/workspace-root.ts';
import type { Handoff } from './handoff.ts';

const PublicCheckpoint = z.object({ checkpoint: z.string(), verifierKey: z.string() });

/** The programs that the integrator guide shows, run as they stand there. */
export function describeTheProgramsOfTheIntegratorGuide(handoff: () => Handoff): void {
  describe('the integrator guide', () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'rohnamo-guide-'));
      for (const [name, program] of programs()) writeFileSync(join(folder, name), program);
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it('shows a receiver that takes a webhook whose signature holds, and refuses others', async () => {
      const { stack, as, sent } = handoff();
      const subscriptions = `${stack.services.notifications}/v1/subscriptions`;
      const port = await lastingPort();
      const url = `http://127.0.0.1:${port}/rohnamo`;
      const body = { url, types: ['referral.sent.v1'] };
      const { id, secret } = await as('facility').post(subscriptions, body, IssuedSubscription);
      const environment = { WEBHOOK_SECRET: secret ?? '', PORT: String(port) };
      const receiver = spawn(process.execPath, ['receiver.mjs'], { cwd: folder, env: environment });
      const printed = printedBy(receiver);
      try {
        const unsigned = await eventually(() => fetch(url, { method: 'POST', body: '{}' }));
        expect(unsigned.status).toBe(401);
        const referral = await sent();
        await eventually(() => printed().includes('\n'), { withinMs: 20_000 });
        expect(printed()).toBe(`referral.sent.v1 ${referral.id}\n`);
      } finally {
        receiver.kill();
        await as('facility').post(`${subscriptions}/${id}/stop`, undefined, Subscription);
      }
    });

    it('shows how to verify the checkpoint that came with the feed, under the key that the service publishes', async () => {
      const { stack, as } = handoff();
      const published = await fetch(`${stack.services.referral}/v1/journal/checkpoint`);
      const { checkpoint: newest, verifierKey } = PublicCheckpoint.parse(await published.json());
      const { checkpoint } = await as('facility').get(`${stack.services.notifications}/v1/events?limit=1`, FeedPage);
      const verify = async (note: string) => {
        const verifier = spawn(process.execPath, ['verify-checkpoint.mjs', verifierKey], { cwd: folder });
        const printed = printedBy(verifier);
        verifier.stdin.end(note);
        await once(verifier, 'close');
        return { code: verifier.exitCode, printed: printed() };
      };
      for (const note of [checkpoint ?? '', newest]) {
        const [, size, root] = note.split('\n');
        expect(await verify(note)).toEqual({ code: 0, printed: `rohnamo/referral: ${size} entries under ${root}\n` });
      }
      const changed = newest.replace(/\n(\d+)\n/, (_, size: string) => `\n${Number(size) + 1}\n`);
      expect(await verify(changed)).toMatchObject({ code: 1 });
    });
  });
}

/** The blocks of JavaScript in the guide that begin with the name of a file. */
function programs(): [name: string, program: string][] {
  const guide = readFileSync(join(workspaceRoot, 'docs', 'integrator-guide.md'), 'utf8');
  return [...guide.matchAll(/```js\n\/\/ (\S+\.mjs)\n(.*?)```/gs)].map(([, name = '', program = '']) => [
    name,
    program,
  ]);
}

function printedBy({ stdout, stderr }: Pick<ChildProcess, 'stdout' | 'stderr'>): () => string {
  let printed = '';
  for (const stream of [stdout, stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (printed += text));
  return () => printed;
}
