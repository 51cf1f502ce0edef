import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { audience, facilityId, organisationId } from '../test/local-issuer.ts';
import { refusalOf, seconds, setUp, start } from '../test/verifying.ts';
import { createVerifier } from './verifier.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('a verifier', () => {
  it('reads who a valid token speaks for', async () => {
    const { verifier, sign } = await setUp();
    await expect(verifier.verify(await sign())).resolves.toEqual({
      clientId: 'clinic',
      organisationId,
      organisationKind: 'health-provider',
      facilityIds: [facilityId],
      deskIds: [],
      role: 'facility',
      scopes: new Set(['referrals:read', 'referrals:answer']),
    });
  });

  it('asks the issuer once for its keys, and verifies a remembered token without it', async () => {
    const { issuer, verifier, sign } = await setUp();
    const token = await sign();
    await verifier.verify(token);
    issuer.goDown();
    await verifier.verify(token);
    await verifier.verify(await sign());
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/jwks']);
  });

  it.each([
    ['of another audience', { audience: 'urn:other' }],
    ['of an issuer that is not in the configuration', { issuer: 'https://elsewhere.example' }],
    ['that has expired', { issuedAt: seconds(start) - 400 }],
    ['that is not valid yet', { notBefore: seconds(start) + 60 }],
    ['that will be made later', { issuedAt: seconds(start) + 90 }],
    ['without the time at which it was made', { without: ['iat'] }],
    ['of no audience', { without: ['aud'] }],
    ['for the audience and another, as one text', { audience: `${audience} urn:other` }],
    ['whose key the header brings along as another name', { header: { kid: 'second' } }],
    ['whose key is named by a path', { header: { kid: '../../dev/null' } }],
    ['without an expiry', { without: ['exp'] }],
    ['that is an ID token', { header: { typ: 'JWT' } }],
    ['without a client', { without: ['client_id'] }],
    ['without an organisation', { without: ['organisation_id'] }],
    ['of a role that does not exist', { claims: { role: 'root' } }],
    ['with a facility that is no id', { claims: { facility_ids: ['everywhere'] } }],
  ])('refuses a token %s', async (_what, options) => {
    const { verifier, sign } = await setUp();
    expect(await refusalOf(verifier, await sign(options))).toBe('token-invalid');
  });

  it('refuses a token that signs itself: without algorithm, or with the public key as a secret', async () => {
    const { issuer, verifier, sign } = await setUp();
    const [, payload = ''] = (await sign()).split('.');
    const keys = await (await issuer.fetch(`${issuer.issuer}/jwks`)).text();
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const none = `${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.`;
    const signed = `${encode({ alg: 'HS256', typ: 'at+jwt', kid: 'first' })}.${payload}`;
    const hmac = `${signed}.${createHmac('sha256', keys).update(signed).digest('base64url')}`;
    expect(await refusalOf(verifier, none)).toBe('token-invalid');
    expect(await refusalOf(verifier, hmac)).toBe('token-invalid');
  });

  it('refuses a token whose claims were changed', async () => {
    const { verifier, sign } = await setUp();
    const [header, payload = '', signature] = (await sign()).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const changed = Buffer.from(JSON.stringify({ ...claims, role: 'supervisor' })).toString('base64url');
    expect(await refusalOf(verifier, `${header}.${changed}.${signature}`)).toBe('token-invalid');
  });

  it.each(['', 'x', 'a.b', 'a.b.c', '...', 'e30.e30.e30', 'x'.repeat(9000)])(
    'refuses what is no token: %#',
    async (text) => {
      const { verifier } = await setUp();
      expect(await refusalOf(verifier, text)).toBe('token-invalid');
    },
  );

  it('checks the expiry of a remembered token each time', async () => {
    const { clock, verifier, sign } = await setUp();
    const token = await sign();
    clock.now = start + 304_000;
    expect(await refusalOf(verifier, token)).toBe('accepted');
    clock.now = start + 306_000;
    expect(await refusalOf(verifier, token)).toBe('token-invalid');
  });

  it('refuses every token of a revoked client, remembered or new to it, and goes on with those of others', async () => {
    const { verifier, sign } = await setUp();
    const [remembered, unseen, ofAnother] = [
      await sign(),
      await sign(),
      await sign({ claims: { client_id: 'other' } }),
    ];
    await verifier.verify(remembered);
    verifier.forgetClient('clinic');
    expect(await refusalOf(verifier, remembered)).toBe('token-invalid');
    expect(await refusalOf(verifier, unseen)).toBe('token-invalid');
    expect(await refusalOf(verifier, ofAnother)).toBe('accepted');
  });

  it.each([
    ['now', 0],
    ['30 s from now, by a clock that is ahead', 30],
  ])('refuses a token of a client revoked 3 s ago that says it was made %s', async (_when, aheadSeconds) => {
    const { clock, verifier, sign } = await setUp();
    verifier.forgetClient('clinic');
    clock.now += 3000;
    expect(await refusalOf(verifier, await sign({ issuedAt: seconds(clock.now) + aheadSeconds }))).toBe(
      'token-invalid',
    );
  });

  it('remembers no more tokens than it is told to, and still verifies the others', async () => {
    const { verifier, sign } = await setUp({ rememberMax: 2 });
    const tokens = await Promise.all(Array.from({ length: 5 }, () => sign()));
    for (const token of tokens) expect(await refusalOf(verifier, token)).toBe('accepted');
    for (const token of tokens) expect(await refusalOf(verifier, token)).toBe('accepted');
  });

  it('takes a key that the issuer has changed to, half a minute after it last asked', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: start });
    const { issuer, clock, verifier, sign } = await setUp();
    await verifier.verify(await sign());
    await issuer.rotate();
    expect(await refusalOf(verifier, await sign())).toBe('token-invalid');
    clock.now += 31_000;
    vi.setSystemTime(clock.now);
    expect(await refusalOf(verifier, await sign())).toBe('accepted');
  });

  it('goes on with the keys it knows for an hour while the issuer is down, and then no longer', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: start });
    const { issuer, clock, verifier, sign } = await setUp();
    await verifier.verify(await sign());
    issuer.goDown();
    clock.now += 50 * 60_000;
    vi.setSystemTime(clock.now);
    expect(await refusalOf(verifier, await sign())).toBe('accepted');
    clock.now += 15 * 60_000;
    vi.setSystemTime(clock.now);
    expect(await refusalOf(verifier, await sign())).toBe('issuer-unavailable');
  });

  it('says that the issuer is unavailable where a key is new to it and the issuer is down', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: start });
    const { issuer, clock, verifier, sign } = await setUp();
    await verifier.verify(await sign());
    await issuer.rotate();
    issuer.goDown();
    clock.now += 31_000;
    vi.setSystemTime(clock.now);
    expect(await refusalOf(verifier, await sign())).toBe('issuer-unavailable');
  });

  it('says that the issuer is unavailable, not that the token is invalid, while its keys are unknown', async () => {
    const { issuer, clock, verifier, sign } = await setUp();
    const token = await sign();
    issuer.goDown();
    expect(await refusalOf(verifier, token)).toBe('issuer-unavailable');
    issuer.comeBack();
    clock.now += 1100;
    expect(await refusalOf(verifier, token)).toBe('accepted');
  });

  it('does not ask an issuer that is down for every request', async () => {
    const { issuer, verifier, sign } = await setUp();
    const token = await sign();
    issuer.goDown();
    for (let i = 0; i < 5; i += 1) await refusalOf(verifier, token);
    expect(issuer.asked).toHaveLength(1);
  });

  it('does not believe a discovery document that names another issuer', async () => {
    const { issuer, sign } = await setUp();
    const liar: typeof fetch = async (input, init) => {
      const response = await issuer.fetch(input, init);
      const text = await response.text();
      return new Response(text.replace('"issuer":"https://issuer.example"', '"issuer":"https://other.example"'));
    };
    const verifier = createVerifier({ issuers: [issuer.issuer], audience, fetch: liar });
    expect(await refusalOf(verifier, await sign())).toBe('issuer-unavailable');
  });
});
