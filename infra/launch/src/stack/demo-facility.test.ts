import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startDemoFacility } from './demo-facility.ts';
import type { DemoFacility } from './demo-facility.ts';

const secret = `whsec_${randomBytes(24).toString('base64')}`;
let facility: DemoFacility;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rohnamo-evidence-'));
  facility = await startDemoFacility({ port: 0, evidenceFile: join(folder, 'kept.txt') });
});
afterEach(async () => {
  await facility.stop();
  rmSync(folder, { recursive: true });
});

async function send(id: string, signingSecret: string, body = '{"type":"referral.sent.v1"}'): Promise<number> {
  const time = new Date();
  const response = await fetch(facility.url, {
    method: 'POST',
    body,
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(time.getTime() / 1000)),
      'webhook-signature': new Webhook(signingSecret).sign(id, time, body),
    },
  });
  return response.status;
}

test('a signed webhook is taken, whether it is waited for before or after it comes', async () => {
  facility.trust(secret);
  const before = facility.received(({ id }) => id === 'one', { deadlineMs: 5000 });
  expect(await send('one', secret)).toBe(204);
  expect((await before).body).toEqual({ type: 'referral.sent.v1' });
  expect((await facility.received(({ id }) => id === 'one', { deadlineMs: 5000 })).id).toBe('one');
});

test('what is signed with another secret, or comes before any is known, is refused', async () => {
  expect(await send('early', secret)).toBe(401);
  facility.trust(secret);
  expect(await send('forged', `whsec_${randomBytes(24).toString('base64')}`)).toBe(401);
  await expect(facility.received(() => true, { deadlineMs: 50 })).rejects.toThrow(
    'the webhook to the demo facility took longer than 0.05 s',
  );
});

test('a body without end is refused', async () => {
  facility.trust(secret);
  expect(await send('long', secret, JSON.stringify('x'.repeat(100_000)))).toBe(413);
});

test('the checkpoints that come with webhooks are kept, each once', async () => {
  facility.trust(secret);
  for (const [id, checkpoint] of [
    ['one', 'first\n'],
    ['two', 'first\n'],
    ['three', 'second\n'],
    ['four', null],
  ])
    await send(id!, secret, JSON.stringify({ type: 'referral.sent.v1', checkpoint }));
  await send('forged', `whsec_${randomBytes(24).toString('base64')}`, '{"checkpoint":"third\\n"}');
  expect(readFileSync(join(folder, 'kept.txt'), 'utf8')).toBe('first\nsecond\n');
});
