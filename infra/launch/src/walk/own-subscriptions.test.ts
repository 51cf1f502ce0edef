import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IssuedSubscription } from '@rohnamo/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ApiCall, createApiClient } from '../api-client.ts';
import { ownSubscriptions } from './own-subscriptions.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rohnamo-walk-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Notifications as the facility's client sees it, with one subscription to a page. */
function notifications() {
  const all: IssuedSubscription[] = [];
  const make = (url: string) => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=';
    const owner = { organisationId: randomUUID(), clientId: 'facility', stopReason: null };
    const made = { id: randomUUID(), version: 1, ...owner, url, state: 'active' as const };
    all.unshift({ ...made, createdAt: new Date().toISOString(), secret });
    return all[0];
  };
  const answer = (address: string, { method, body }: Pick<ApiCall<never>, 'method' | 'body'>): unknown => {
    const { pathname, searchParams } = new URL(address);
    if (method !== 'POST') {
      const at = Number(searchParams.get('cursor') ?? 0);
      return { items: all.slice(at, at + 1), next: at + 1 < all.length ? String(at + 1) : null };
    }
    if (pathname === '/v1/subscriptions') return make(IssuedSubscription.pick({ url: true }).parse(body).url);
    const stopped = all.find(({ id }) => pathname === `/v1/subscriptions/${id}/stop`);
    return stopped && Object.assign(stopped, { state: 'stopped' });
  };
  const facility: ReturnType<typeof createApiClient> = {
    call: (address, call) => Promise.resolve(call.answer.parse(answer(address, call))),
  };
  return { make, facility, activeUrls: () => all.filter(({ state }) => state === 'active').map(({ url }) => url) };
}

test('a walk stops what it and walks that were killed have subscribed, and nothing else of the same client', async () => {
  const { facility, make, activeUrls } = notifications();
  const receiver = 'http://127.0.0.1:4410/webhooks';
  const walk = () => ownSubscriptions({ facility, url: 'http://127.0.0.1:4404', file: join(folder, 'walk.json') });
  make('http://127.0.0.1:8397/my-own');
  await walk().subscribe(receiver); // killed before it stopped it
  make(receiver);
  await walk().subscribe(receiver);
  make(`${receiver}/my-own`);
  expect(activeUrls()).toHaveLength(5);
  await walk().stopAll();
  expect(activeUrls()).toEqual([`${receiver}/my-own`, receiver, 'http://127.0.0.1:8397/my-own']);
});

test('a walk that finds no file stops nothing', async () => {
  const { facility, make, activeUrls } = notifications();
  make('http://127.0.0.1:4410/webhooks');
  await ownSubscriptions({ facility, url: 'http://127.0.0.1:4404', file: join(folder, 'walk.json') }).stopAll();
  expect(activeUrls()).toHaveLength(1);
});
