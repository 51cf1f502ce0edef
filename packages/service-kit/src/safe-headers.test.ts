import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSampleApp, type SampleApp } from '../test/sample-app.ts';
import { allow, publicAccess } from './access.ts';

let sample: SampleApp;
let headers: { authorization: string };
beforeAll(async () => {
  sample = await createSampleApp();
  headers = await sample.authorized();
});
afterAll(() => sample.app.close());

describe('every answer', () => {
  it.each([
    ['of a caller with a token', { url: '/v1/notes/a' }],
    ['to HEAD', { method: 'HEAD', url: '/v1/notes/a' }],
    ['of a public route', { url: '/open/trace' }],
    ['that is a problem', { url: '/open/refused' }],
    ['at no path', { url: '/v1/nothing' }],
    ['to a path that cannot be read', { url: '/v1/notes/%zz' }],
    ['to another method', { method: 'DELETE', url: '/v1/notes/a' }],
    ['to OPTIONS', { method: 'OPTIONS', url: '/v1/notes/a' }],
    ['of an error of ours', { url: '/open/broken' }],
  ] as const)('is kept by no cache and taken for no other type: %s', async (_which, request) => {
    const answer = await sample.app.inject({ headers, ...request });
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });

  it('may be kept by caches only where a public route says so', async () => {
    const page = await sample.app.inject('/docs/');
    expect(page.headers).toMatchObject({ 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' });
    const { app } = await createSampleApp();
    const cacheControl = 'public, max-age=60';
    app.get('/open/kept', { config: { access: publicAccess, cacheControl } }, async () => ({}));
    const access = allow({ roles: ['facility'], scope: 'referrals:read' });
    expect(() => app.get('/v1/kept', { config: { access, cacheControl } }, async () => ({}))).toThrow('takes tokens');
    expect((await app.inject('/open/kept')).headers['cache-control']).toBe(cacheControl);
    await app.close();
  });
});

describe('HEAD and OPTIONS', () => {
  it('HEAD answers like GET, with the length of the body and without it', async () => {
    const get = await sample.app.inject({ url: '/v1/notes/a', headers });
    const head = await sample.app.inject({ method: 'HEAD', url: '/v1/notes/a', headers });
    expect(head.statusCode).toBe(200);
    expect(head.body).toBe('');
    for (const name of ['content-type', 'content-length']) expect(head.headers[name]).toBe(get.headers[name]);
  });

  it('OPTIONS names the methods of a path without a token, and opens it to no other origin', async () => {
    const answer = await sample.app.inject({
      method: 'OPTIONS',
      url: '/v1/notes/a',
      headers: { origin: 'https://elsewhere.example', 'access-control-request-method': 'PATCH' },
    });
    expect(answer.statusCode).toBe(204);
    expect(answer.headers['allow']).toBe('GET, HEAD, OPTIONS, PATCH');
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('a content type that is not taken', () => {
  it.each([
    ['POST', '/v1/notes', 'accept-post'],
    ['PATCH', '/v1/notes/a', 'accept-patch'],
  ] as const)('is answered with those that are: %s', async (method, url, header) => {
    const answer = await sample.app.inject({
      method,
      url,
      payload: 'x',
      headers: { ...headers, 'content-type': 'text/plain' },
    });
    expect(answer.statusCode).toBe(415);
    expect(answer.headers[header]).toBe('application/json');
    expect(answer.json<{ detail: string }>().detail).toContain('Send it as application/json.');
  });
});
