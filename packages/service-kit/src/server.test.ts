import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemPage } from './problem-page.ts';
import { createSampleApp, type SampleApp } from '../test/sample-app.ts';
import { type ProblemCode, problems } from '@rohnamo/contracts';

let sample: SampleApp;
let headers: { authorization: string };

beforeAll(async () => {
  sample = await createSampleApp();
  headers = await sample.authorized();
  await sample.app.listen({ port: 0 });
});
afterAll(() => sample.app.close());

const json = (payload: string | Buffer) => ({
  method: 'POST' as const,
  url: '/v1/notes',
  headers: { ...headers, 'content-type': 'application/json' },
  payload,
});

/** Sends bytes as they are, and reads until the server hangs up. */
async function raw(bytes: string | Buffer): Promise<{ status: number; head: string; body: string }> {
  const { port } = sample.app.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.end(bytes);
  await once(socket, 'close');
  const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head, body };
}

describe('whatever a caller sends', () => {
  it.each([
    ['broken JSON', '{"text":', 400, 'malformed-request'],
    ['an empty body', '', 422, 'invalid-field'],
    ['null', 'null', 422, 'invalid-field'],
    ['a number', '7', 422, 'invalid-field'],
    ['a prototype', '{"text":"x","__proto__":{"a":1}}', 400, 'malformed-request'],
    ['a prototype, escaped', String.raw`{"text":"x","\u005f_proto__":{"a":1}}`, 400, 'malformed-request'],
    ['a constructor', '{"constructor":{"prototype":{}}}', 400, 'malformed-request'],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22]), 400, 'malformed-request'],
    ['nesting without end', '['.repeat(100_000), 400, 'malformed-request'],
    ['NUL', String.raw`{"text":"a\u0000b"}`, 422, 'invalid-field'],
    ['half a surrogate pair', String.raw`{"text":"\ud800"}`, 422, 'invalid-field'],
    ['an unknown field', '{"text":"x","more":1}', 422, 'invalid-field'],
    ['too much', JSON.stringify({ text: 'x'.repeat(300_000) }), 413, 'payload-too-large'],
  ])('is answered by a problem document: %s', async (_what, payload, status, code) => {
    const response = await sample.app.inject(json(payload));
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(response.json()).toMatchObject({
      type: `/problems/${code}`,
      status,
      title: problems[code as 'not-found'].title,
    });
  });

  it.each([
    ['an address that is none', { url: '/v1/nothing' }, 404, 'not-found'],
    ['bad percent-encoding', { url: '/v1/notes/%zz' }, 400, 'malformed-request'],
    ['half a character', { url: '/v1/notes/%c3' }, 400, 'malformed-request'],
    ['NUL in the path', { url: '/v1/notes/a%00b' }, 422, 'invalid-field'],
    ['NUL in the query', { url: '/v1/notes/a?b=%00' }, 422, 'invalid-field'],
    ['a parameter that is too long', { url: `/v1/notes/${'a'.repeat(600)}` }, 414, 'uri-too-long'],
    ['an unknown query parameter', { url: '/v1/notes/a?verbose=1' }, 422, 'invalid-field'],
    ['a query parameter called __proto__', { url: '/v1/notes/a?__proto__=1' }, 422, 'invalid-field'],
    ['another method', { method: 'DELETE', url: '/v1/notes/a' }, 405, 'method-not-allowed'],
    ['another method of HTTP', { method: 'PROPFIND' as 'GET', url: '/v1/notes/a' }, 405, 'method-not-allowed'],
    ['another method at an address that is none', { method: 'DELETE', url: '/v1/nothing' }, 404, 'not-found'],
    ['a slash behind the path', { url: '/v1/notes/' }, 404, 'not-found'],
    ['a slash behind the path of one', { url: '/v1/notes/a/' }, 404, 'not-found'],
    ['two slashes in the path', { method: 'POST', url: '/v1/notes//done' }, 404, 'not-found'],
    [
      'another content type',
      { method: 'POST', url: '/v1/notes', payload: 'x', headers: { 'content-type': 'text/plain' } },
      415,
      'unsupported-media-type',
    ],
    [
      'a content type that is none',
      { method: 'POST', url: '/v1/notes', payload: 'x', headers: { 'content-type': ';;' } },
      415,
      'unsupported-media-type',
    ],
    [
      'a compressed body',
      {
        method: 'POST',
        url: '/v1/notes',
        payload: '{}',
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      },
      415,
      'unsupported-media-type',
    ],
    [
      'a body where none is taken',
      { method: 'POST', url: '/v1/notes/a/done', payload: { x: 1 } },
      422,
      'invalid-field',
    ],
    ['a Host that is none', { url: '/docs/', headers: { host: '[' } }, 400, 'malformed-request'],
    [
      'an address of five numbers as Host',
      { url: '/docs/', headers: { host: '999.999.999.999' } },
      400,
      'malformed-request',
    ],
  ] as const)('is answered by a problem document: %s', async (_what, request, status, code) => {
    const response = await sample.app.inject({
      ...request,
      headers: { ...headers, ...('headers' in request ? request.headers : {}) },
    });
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(response.json()).toMatchObject({ type: `/problems/${code}`, status });
  });

  it.each([
    ['what is no HTTP', 'hello\r\n\r\n', 400],
    ['a method that is none', 'FETCH / HTTP/1.1\r\nHost: x\r\n\r\n', 501],
    ['a method in small letters', 'get /v1/notes/a HTTP/1.1\r\nHost: x\r\n\r\n', 501],
    ['a tunnel', 'CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n', 501],
    ['two lengths', 'POST /v1/notes HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400],
    [
      'a length and chunks',
      'POST /v1/notes HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\na',
      400,
    ],
    ['no Host', 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['two Hosts', 'GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n', 400],
    ['NUL in a header', 'GET /health/live HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n', 400],
    ['headers without end', `GET /health/live HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
  ])('is answered by a problem document even before it is a request: %s', async (_what, bytes, status) => {
    const answer = await raw(bytes);
    expect(answer.status).toBe(status);
    expect(answer.head).toMatch(/content-type: application\/problem\+json/i);
    expect(answer.head).toMatch(/cache-control: no-store/i);
    expect(answer.head).toMatch(/x-content-type-options: nosniff/i);
    expect(JSON.parse(answer.body)).toMatchObject({ status });
  });

  it.each([
    ['an address that names the server', 'GET http://api.example:3000/health/live?', 200],
    ['an address that names the server, and no path', 'GET http://api.example', 404],
    ['a question for the whole server', 'OPTIONS *', 204],
  ])('is understood in every form that HTTP has for it: %s', async (_what, target, status) => {
    const answer = await raw(`${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(answer.status).toBe(status);
    if (status === 204) expect(answer.head).toMatch(/^allow: .*GET.*PATCH.*POST/im);
  });

  it.each([
    ...['get', 'Post', 'BREW', 'FOO-BAR', 'DESCRIBE', 'PLAY', 'FLUSH', 'PRI', 'CONNECT'].map(
      (method) => [method, '/v1/notes/a', 501, 'method-not-known'] as const,
    ),
    ...['PUT', 'DELETE', 'QUERY', 'TRACE', 'PURGE', 'PROPFIND', 'M-SEARCH'].flatMap(
      (method) =>
        [
          [method, '/v1/notes/a', 405, 'method-not-allowed'],
          [method, '/v1/nothing', 404, 'not-found'],
        ] as const,
    ),
  ])(
    'by a method that is not taken is answered by a problem, whatever its body: %s %s',
    async (method, path, status, code) => {
      const bodies = ['Content-Length: 0\r\n\r\n', 'Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{{'];
      for (const body of method === 'CONNECT' ? bodies.slice(0, 1) : bodies) {
        const answer = await raw(`${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${body}`);
        expect(answer.status).toBe(status);
        expect(answer.head).toContain('content-type: application/problem+json');
        expect(JSON.parse(answer.body)).toMatchObject({ type: `/problems/${code}` });
        expect(/^allow: (.*)$/im.exec(answer.head)?.[1]).toBe(status === 405 ? 'GET, HEAD, OPTIONS, PATCH' : undefined);
      }
    },
  );

  it('is served although it expects what nobody knows', async () => {
    const { status } = await raw('GET /health/live HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nConnection: close\r\n\r\n');
    expect(status).toBe(200);
  });

  it.each([
    ['application/json; charset=utf-8', 201],
    ['application/json;charset="UTF-8"', 201],
    ['application/json; charset=utf8', 201],
    ['application/json; charset=windows-1251', 415],
    ['application/json; charset=utf-16', 415],
    ['application/json; x=y; charset=iso-8859-1', 415],
  ])('in %s is answered %i', async (type, status) => {
    const { headers: all, ...request } = json('{"text":"x"}');
    const response = await sample.app.inject({ ...request, headers: { ...all, 'content-type': type } });
    expect(response.statusCode).toBe(status);
    if (status === 415)
      expect(response.json()).toMatchObject({ detail: 'The body is not in UTF-8. Send it as UTF-8.' });
  });

  it('never makes us fail: any JSON, as the body of any route', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ noUnicodeString: false }), async (payload) => {
        for (const request of [json(payload), { ...json(payload), url: '/open/echo' }]) {
          const response = await sample.app.inject(request);
          expect(response.statusCode).toBeLessThan(500);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('never makes us fail: any text in path, query and headers', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(text, text, text, async (path, query, header) => {
        const response = await sample.app.inject({
          url: `/v1/notes/${encodeURIComponent(path.toWellFormed())}?${encodeURIComponent(query.toWellFormed())}=1`,
          headers: { ...headers, 'acting-person': header, 'if-match': header, traceparent: header, host: header },
        });
        expect(response.statusCode).toBeLessThan(500);
      }),
      { numRuns: 200 },
    );
  });

  it('is never said back: no problem document holds a value that was sent', async () => {
    const secret = 'Firuza Nazarova';
    for (const payload of [
      { text: 7, kind: secret },
      { text: secret.repeat(100) },
      { text: 'x', tags: [{ name: secret.repeat(3), [secret]: secret }] },
      { [secret]: secret },
      { text: `${secret}\0` },
      secret,
    ]) {
      const { statusCode, body } = await sample.app.inject(json(JSON.stringify(payload)));
      expect(statusCode).toBe(422);
      expect(body).not.toContain('Firuza');
    }
  });
});

describe('a problem document', () => {
  it('points at each field that is wrong', async () => {
    const response = await sample.app.inject(
      json('{"text":7,"kind":"slow","tags":[{"name":"a"},{"nome":"b"}],"a/b":1}'),
    );
    expect(response.json()).toMatchObject({
      errors: [
        { pointer: '#/text', detail: 'must be text' },
        { pointer: '#/kind', detail: 'must be one of plain, urgent' },
        { pointer: '#/tags/1/name', detail: 'is required' },
        { pointer: '#/tags/1/nome', detail: 'is not known here' },
        { pointer: '#/…', detail: 'is not known here' },
      ],
    });
  });

  it('names the parameter that is wrong', async () => {
    const { errors } = (await sample.app.inject({ url: '/v1/notes/a?verbose=1', headers })).json<{ errors: unknown }>();
    expect(errors).toEqual([{ parameter: 'verbose', in: 'query', detail: 'is not known here' }]);
  });

  it('carries what a refusal adds', async () => {
    const response = await sample.app.inject('/open/refused');
    expect(response.statusCode).toBe(409);
    expect(response.json()).toEqual({
      type: '/problems/illegal-action',
      title: problems['illegal-action'].title,
      status: 409,
      detail: 'Not now. Actions that you may do now: accept.',
      instance: expect.stringMatching(/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string,
      allowedActions: ['accept'],
    });
  });

  it('has an instance that is the request id, which the log has, too', async () => {
    const response = await sample.app.inject('/open/refused');
    const id = response.headers['x-request-id'];
    expect(response.json<{ instance: string }>().instance.slice(9).replaceAll('-', '')).toBe(id);
    expect(sample.lines.some((line) => line['requestId'] === id)).toBe(true);
  });

  it('says nothing of an error of ours, nor does the log say its message', async () => {
    const response = await sample.app.inject('/open/broken');
    expect(response.statusCode).toBe(500);
    expect(Object.keys(response.json())).toEqual(['type', 'title', 'status', 'detail', 'instance']);
    const line = sample.lines.findLast((line) => line['msg'] === 'a request failed');
    expect(line).toMatchObject({
      level: 'error',
      route: '/open/broken',
      err: { name: 'Error', stack: expect.stringContaining('sample-app.ts') as string },
    });
    expect(JSON.stringify(sample.lines)).not.toMatch(/Firuza|992000/);
  });

  it('tells a caller when to come back where too much is waiting', async () => {
    const response = await sample.app.inject('/open/overloaded');
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('3');
    expect(response.json()).toMatchObject({ type: '/problems/overloaded' });
  });

  it('says that a dependency is unavailable where Postgres cannot be reached', async () => {
    const response = await sample.app.inject('/open/no-database');
    expect(response.json()).toMatchObject({ type: '/problems/dependency-unavailable' });
  });

  it('answers where the time is up', async () => {
    const { port } = sample.app.server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/open/slow`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ type: '/problems/overloaded' });
  });

  it('hangs up where the time is up of what was handed over to another to answer', async () => {
    const { status } = await raw('GET /open/handed-over/unanswered HTTP/1.1\r\nhost: a\r\n\r\n');
    expect(status).toBeNaN();
  });

  it('ends the connection with the next answer once it is told to stop, also with one that another gives', async () => {
    const { app, health } = await createSampleApp();
    const connection = async () => (await app.inject('/open/handed-over')).headers['connection'];
    expect(await connection()).toBe('keep-alive');
    health.stopping();
    expect(await connection()).toBe('close');
    await app.close();
  });

  it('says that the outcome is unknown where the time of a change is up, its body read long before', async () => {
    const { port } = sample.app.server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/open/slow`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ type: '/problems/outcome-unknown' });
  });

  it('stands in for an answer that does not fit its schema, and the log names the field alone', async () => {
    const response = await sample.app.inject('/open/unlike-its-schema');
    expect(response.statusCode).toBe(500);
    expect(sample.lines.findLast((line) => line['msg'] === 'a request failed')).toMatchObject({ fields: ['text'] });
    expect(JSON.stringify(sample.lines)).not.toContain('Firuza');
  });

  it('says which methods an address takes', async () => {
    const response = await sample.app.inject({ method: 'DELETE', url: '/v1/notes/a' });
    expect(response.headers['allow']).toBe('GET, HEAD, OPTIONS, PATCH');
  });

  it.each(Object.keys(problems))('has a page at its type: %s', async (code) => {
    const response = await sample.app.inject(`/problems/${code}`);
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toContain('text/markdown');
    expect(response.body).toBe(problemPage(code as ProblemCode));
    const { title, meaning, remedy } = problems[code as ProblemCode];
    for (const words of [title, meaning, remedy]) expect(response.body).toContain(words);
  });
});

describe('a route', () => {
  it('must say who may call it, or the service does not boot', async () => {
    const { app } = await createSampleApp();
    app.get('/v1/forgotten', async () => ({}));
    await expect(app.ready()).rejects.toThrow('GET /v1/forgotten does not say who may call it');
  });

  it('must not let unknown fields through, or it cannot be added', async () => {
    const { z } = await import('zod');
    const { publicAccess } = await import('./access.ts');
    const { app } = await createSampleApp();
    expect(() =>
      app.post('/v1/loose', { config: { access: publicAccess }, schema: { body: z.object({}) } }, async () => ({})),
    ).toThrow('use z.strictObject');
    await app.close();
  });

  it('sends only what its schema has', async () => {
    const response = await sample.app.inject({ url: '/v1/notes/a', headers });
    expect(response.json()).toEqual({ id: 'a', text: 'nobody' });
  });
});
