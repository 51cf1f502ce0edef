import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startDemoFacility } from './demo-facility.ts';
import type { DemoFacility } from './demo-facility.ts';

const secret = `whsec_${randomBytes(24).toString('base64')}`;
let facility: DemoFacility;
beforeEach(async () => {
  facility = await startDemoFacility({ port: 0 });
});
afterEach(() => facility.stop());

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
  await expect(facility.received(() => true, { deadlineMs: 50 })).rejects.toThrow('received no such webhook');
});

test('a body without end is refused', async () => {
  facility.trust(secret);
  expect(await send('long', secret, JSON.stringify('x'.repeat(100_000)))).toBe(413);
});
