import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSampleApp, type SampleApp } from '../test/sample-app.ts';
import { actingPersonOf, bearerToken, routeTable } from './auth.ts';

let sample: SampleApp;
beforeAll(async () => {
  sample = await createSampleApp();
});
afterAll(() => sample.app.close());

const get = (headers: Record<string, string>) => sample.app.inject({ url: '/v1/notes/a', headers });

describe('a route that is not public', () => {
  it('asks for a token', async () => {
    const response = await get({});
    expect(response.statusCode).toBe(401);
    expect(response.json()).toMatchObject({ type: '/problems/token-missing' });
    expect(response.headers['www-authenticate']).toBe('Bearer realm="rohnamo"');
  });

  it('does not take another scheme for one', async () => {
    expect((await get({ authorization: 'Basic YTpi' })).json()).toMatchObject({ type: '/problems/token-missing' });
  });

  it('refuses a token that is not valid', async () => {
    const response = await get({ authorization: 'Bearer abc' });
    expect(response.statusCode).toBe(401);
    expect(response.json()).toMatchObject({ type: '/problems/token-invalid' });
    expect(response.headers['www-authenticate']).toContain('error="invalid_token"');
  });

  it('refuses another role', async () => {
    const response = await get(await sample.authorized({ role: 'auditor' }));
    expect(response.statusCode).toBe(403);
    expect(response.json()).toMatchObject({
      type: '/problems/forbidden',
      detail: expect.stringMatching(/^This is for clients of the role facility\. Use a client/) as string,
    });
  });

  it('refuses a token without the scope, and names it', async () => {
    const response = await get(await sample.authorized({ scope: 'referrals:read-not referrals:answer' }));
    expect(response.statusCode).toBe(403);
    expect(response.headers['www-authenticate']).toContain('error="insufficient_scope", scope="referrals:read"');
  });

  it('lets in the role with the scope, and knows who acts', async () => {
    const response = await get({ ...(await sample.authorized()), 'acting-person': 'staff-0417' });
    expect(response.json()).toEqual({ id: 'a', text: 'staff-0417' });
  });

  it('refuses before it reads the body', async () => {
    const response = await sample.app.inject({
      method: 'POST',
      url: '/v1/notes',
      headers: { 'content-type': 'application/json' },
      payload: '{broken',
    });
    expect(response.statusCode).toBe(401);
  });

  it('is 503 and not 401 while the issuer cannot be asked', async () => {
    const { app, issuer } = await createSampleApp();
    const authorization = `Bearer ${await issuer.sign()}`;
    issuer.goDown();
    const response = await app.inject({ url: '/v1/notes/a', headers: { authorization } });
    expect(response.statusCode).toBe(503);
    expect(response.json()).toMatchObject({ type: '/problems/issuer-unavailable' });
    expect(response.headers['retry-after']).toBe('2');
    await app.close();
  });
});

describe('Acting-Person', () => {
  it.each(['staff-0417', 'u.4f~2', '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60', '12345', 'A'])('may be %s', (id) => {
    expect(actingPersonOf(id)).toBe(id);
  });

  it.each([
    '+992000000001',
    '992000000001',
    '00992-00-000-00-01',
    '918.123.456',
    'firuza@example.tj',
    'Фирӯза',
    'two words',
    '',
    'x'.repeat(65),
  ])('may not be %s', (id) => {
    expect(() => actingPersonOf(id)).toThrow('acting-person-invalid');
  });

  it('may be absent', () => {
    expect(actingPersonOf(undefined)).toBeNull();
  });

  it('never looks like a telephone number, however it is written', () => {
    const separators = fc.constantFrom('', '-', '.', '_', '~');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...'0123456789'.split('')), separators), { minLength: 7, maxLength: 15 }),
        (parts) => {
          const id = parts
            .map(([digit, separator], index) => (index === parts.length - 1 ? digit : digit + separator))
            .join('');
          expect(() => actingPersonOf(id)).toThrow('acting-person-invalid');
        },
      ),
    );
  });
});

describe('the Authorization header', () => {
  it.each(['Bearer a.b.c', 'bearer a.b.c', 'BEARER  a.b.c '])('holds a token: %s', (header) => {
    expect(bearerToken(header)).toBe('a.b.c');
  });

  it.each([undefined, '', 'Bearer', 'Bearer a b', 'a.b.c', 'Bearer é'])('holds none: %s', (header) => {
    expect(() => bearerToken(header)).toThrow('token-missing');
  });
});

describe('the route table', () => {
  it('names every route with who may call it', async () => {
    await sample.app.ready();
    const table = routeTable(sample.app);
    expect(table).toContainEqual({
      method: 'PATCH',
      path: '/v1/notes/:id',
      access: { kind: 'allowed', roles: ['facility', 'migration-service'], scopes: ['referrals:answer'] },
    });
    expect(table.filter(({ access }) => access.kind === 'public').map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        '/health/live',
        '/health/ready',
        '/metrics',
        '/openapi.json',
        '/docs/',
        '/problems/:code',
      ]),
    );
  });
});
