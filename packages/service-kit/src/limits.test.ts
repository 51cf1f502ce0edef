import { describe, expect, it } from 'vitest';
import type { FastifyRequest } from 'fastify';
import { createSampleApp } from '../test/sample-app.ts';
import { createLimit } from './limits.ts';

describe('the rate limit', () => {
  it('is told with every answer, in the form of the current draft', async () => {
    const { app, authorized } = await createSampleApp({ rateLimitPerMinute: 10 });
    const { headers } = await app.inject({ url: '/v1/notes/a', headers: await authorized() });
    expect(headers['ratelimit-policy']).toBe('"minute";q=10;w=60');
    expect(headers['ratelimit']).toMatch(/^"minute";r=9;t=\d+$/);
    expect(Object.keys(headers).filter((name) => name.startsWith('x-ratelimit'))).toEqual([]);
    await app.close();
  });

  it('refuses the client that sends more, says when to come back, and lets others through', async () => {
    const { app, authorized } = await createSampleApp({ rateLimitPerMinute: 2 });
    const [clinic, other] = [await authorized(), await authorized({ client_id: 'other' })];
    const ask = (headers: Record<string, string>) => app.inject({ url: '/v1/notes/a', headers });
    const answers = [await ask(clinic), await ask(clinic), await ask(clinic), await ask(other)];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 429, 200]);
    expect(answers[2]?.json()).toMatchObject({ type: '/problems/too-many-requests' });
    expect(Number(answers[2]?.headers['retry-after'])).toBeGreaterThan(0);
    expect(answers[2]?.headers['ratelimit']).toMatch(/^"minute";r=0;t=/);
    await app.close();
  });

  it('goes by client, not by token', async () => {
    const { app, authorized } = await createSampleApp({ rateLimitPerMinute: 1 });
    const first = await app.inject({ url: '/v1/notes/a', headers: await authorized() });
    const second = await app.inject({ url: '/v1/notes/a', headers: await authorized() });
    expect([first.statusCode, second.statusCode]).toEqual([200, 429]);
    await app.close();
  });

  it('goes by address where a route is public, and leaves health and metrics alone', async () => {
    const { app } = await createSampleApp({ rateLimitPerMinute: 1 });
    const asked = async (url: string, remoteAddress = '10.0.0.1') =>
      (await app.inject({ url, remoteAddress })).statusCode;
    expect([await asked('/open/trace'), await asked('/open/trace'), await asked('/open/trace', '10.0.0.2')]).toEqual([
      200, 429, 200,
    ]);
    expect([
      await asked('/health/live'),
      await asked('/health/live'),
      await asked('/metrics'),
      await asked('/metrics'),
    ]).toEqual([200, 200, 200, 200]);
    await app.close();
  });

  it('counts who is refused: by address where no token is valid, by client where one is, and hinders nobody else', async () => {
    const { app, authorized } = await createSampleApp({ rateLimitPerMinute: 2 });
    const asked = async (headers: Record<string, string>, remoteAddress = '10.0.0.1') =>
      (await app.inject({ url: '/v1/notes/a', headers, remoteAddress })).statusCode;
    const guess = { authorization: 'Bearer a.guessed.token' };
    const guessed = [
      await asked(guess),
      await asked({}),
      await asked(guess),
      await asked({}),
      await asked(guess, '10.0.0.2'),
    ];
    expect(guessed).toEqual([401, 401, 429, 429, 401]);
    const auditor = await authorized({ role: 'auditor', client_id: 'curious' });
    expect([await asked(auditor), await asked(auditor), await asked(auditor)]).toEqual([403, 403, 429]);
    expect(await asked(await authorized())).toBe(200);
    await app.close();
  });

  it('counts the addresses of one IPv6 subscriber (/64) together, and an IPv4 one however it is written', async () => {
    const { app } = await createSampleApp({ rateLimitPerMinute: 1 });
    const asked = async (remoteAddress: string) => (await app.inject({ url: '/open/trace', remoteAddress })).statusCode;
    expect([
      await asked('2001:db8:1:2::3'),
      await asked('2001:db8:1:2:ffff:ffff:ffff:ffff'),
      await asked('2001:db8:1:3::3'),
    ]).toEqual([200, 429, 200]);
    expect([await asked('10.0.0.1'), await asked('::ffff:10.0.0.1'), await asked('::ffff:10.0.0.2')]).toEqual([
      200, 429, 200,
    ]);
    await app.close();
  });

  it('lets through as many as may, also of those that come at once', async () => {
    const { app } = await createSampleApp();
    const limit = createLimit(app, { name: 'day', max: 10, windowSeconds: 60, keyOf: () => 'a slip' });
    const request = { routeOptions: {} } as FastifyRequest; // of which nothing else is read
    const counted = await Promise.allSettled(Array.from({ length: 12 }, () => limit(request)));
    expect(counted.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    await app.close();
  });

  it('is not washed away by thousands of others', async () => {
    const { app } = await createSampleApp({ rateLimitPerMinute: 1 });
    const asked = async (remoteAddress: string) => (await app.inject({ url: '/open/trace', remoteAddress })).statusCode;
    expect([await asked('10.0.0.1'), await asked('10.0.0.1')]).toEqual([200, 429]);
    for (let other = 0; other < 5001; other++) await asked(`10.1.${other >> 8}.${other & 255}`);
    expect(await asked('10.0.0.1')).toBe(429);
    await app.close();
  });

  it('believes X-Forwarded-For from a trusted proxy only', async () => {
    const { app } = await createSampleApp({ rateLimitPerMinute: 1, trustedProxies: ['10.0.0.1'] });
    const from = async (remoteAddress: string, forwarded: string) =>
      (await app.inject({ url: '/open/trace', remoteAddress, headers: { 'x-forwarded-for': forwarded } })).statusCode;
    expect([
      await from('10.0.0.1', '1.1.1.1'),
      await from('10.0.0.1', '2.2.2.2'),
      await from('10.0.0.1', '1.1.1.1'),
    ]).toEqual([200, 200, 429]);
    expect([await from('10.0.0.9', '3.3.3.3'), await from('10.0.0.9', '4.4.4.4')]).toEqual([200, 429]);
    await app.close();
  });
});
