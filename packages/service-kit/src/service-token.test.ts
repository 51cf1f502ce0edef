import { describe, expect, it } from 'vitest';
import { createServiceToken } from './service-token.ts';

interface Asked {
  path: string;
  authorization: string | null;
  body: string;
}

function setUp(answer: () => Response = () => Response.json({ access_token: 'token-1', expires_in: 300 })) {
  const asked: Asked[] = [];
  const clock = { now: 1_000_000 };
  const issuer = 'https://issuer.example';
  const token = createServiceToken({
    issuer,
    clientId: 'referral',
    clientSecret: 'p:+ q',
    now: () => clock.now,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      asked.push({
        path: new URL(request.url).pathname,
        authorization: request.headers.get('authorization'),
        body: await request.text(),
      });
      return request.url.endsWith('/token') ? answer() : Response.json({ issuer, token_endpoint: `${issuer}/token` });
    },
  });
  return { token, asked, clock };
}

describe('the token of a service', () => {
  it('is asked for once, by all who need it at the same time', async () => {
    const { token, asked } = setUp();
    expect(await Promise.all([token.get(), token.get(), token.get()])).toEqual(['token-1', 'token-1', 'token-1']);
    expect(asked.map(({ path }) => path)).toEqual(['/.well-known/openid-configuration', '/token']);
  });

  it('is asked for by client credentials, form-encoded before they are joined', async () => {
    const { token, asked } = setUp();
    await token.get();
    expect(asked[1]).toEqual({
      path: '/token',
      authorization: `Basic ${Buffer.from('referral:p%3A%2B+q').toString('base64')}`,
      body: 'grant_type=client_credentials',
    });
  });

  it('is kept until half a minute before it ends', async () => {
    const { token, asked, clock } = setUp();
    await token.get();
    clock.now += 269_000;
    await token.get();
    expect(asked).toHaveLength(2);
    clock.now += 2000;
    await token.get();
    expect(asked).toHaveLength(3);
  });

  it('is asked for anew once it was forgotten', async () => {
    const { token, asked } = setUp();
    await token.get();
    token.forget();
    await token.get();
    expect(asked).toHaveLength(3);
  });

  it.each([
    ['refuses', () => new Response(null, { status: 401 })],
    ['makes no sense', () => Response.json({ token: 'x' })],
    [
      'does not answer',
      () => {
        throw new TypeError('fetch failed');
      },
    ],
  ])('cannot be had while the issuer %s, and can be afterwards', async (_what, failing) => {
    let isFailing = true;
    const { token } = setUp(() =>
      isFailing ? failing() : Response.json({ access_token: 'token-2', expires_in: 300 }),
    );
    await expect(token.get()).rejects.toMatchObject({ code: 'dependency-unavailable' });
    isFailing = false;
    await expect(token.get()).resolves.toBe('token-2');
  });
});
