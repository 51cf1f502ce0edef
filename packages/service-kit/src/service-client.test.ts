import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createServiceClient, type ServiceClient } from './service-client.ts';
import { formatTraceparent, newTrace, runInTrace } from './trace.ts';

let server: Server;
let client: ServiceClient;
let hasty: ServiceClient;
let forgotten = 0;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const clientOf = (deadlineMs: number) =>
    createServiceClient({
      baseUrl: `http://127.0.0.1:${port}/`,
      deadlineMs,
      token: {
        get: async () => `token-${forgotten}`,
        forget: () => {
          forgotten += 1;
        },
      },
    });
  [client, hasty] = [clientOf(60_000), clientOf(100)];
});
afterAll(async () => {
  await Promise.all([client.close(), hasty.close()]);
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  forgotten = 0;
});

const Person = z.object({ name: z.string() });
const ask = (by = client) => by.call({ path: '/v1/people/1', answer: Person, passOn: ['not-found'] });
const problem = (response: ServerResponse, status: number, code: string) =>
  response
    .writeHead(status, { 'content-type': 'application/problem+json' })
    .end(JSON.stringify({ type: `/problems/${code}`, status }));

describe('a call to another service', () => {
  it('carries the token, the trace and the body, and reads the answer', async () => {
    const trace = newTrace();
    let asked: { headers: IncomingMessage['headers']; body: string } | undefined;
    answer = (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        asked = { headers: request.headers, body: Buffer.concat(chunks).toString() };
        response.end(JSON.stringify({ name: 'x', more: 1 }));
      });
    };
    const result = await runInTrace(trace, () =>
      client.call({
        method: 'POST',
        path: '/v1/people',
        body: { a: 1 },
        headers: { 'idempotency-key': 'k' },
        answer: Person,
      }),
    );
    expect(result).toEqual({ name: 'x' });
    expect(asked?.headers).toMatchObject({
      authorization: 'Bearer token-0',
      traceparent: formatTraceparent(trace),
      'content-type': 'application/json',
      'idempotency-key': 'k',
    });
    expect(asked?.body).toBe('{"a":1}');
  });

  it('passes on the problems that it is told to', async () => {
    answer = (_request, response) => problem(response, 404, 'not-found');
    await expect(ask()).rejects.toMatchObject({ code: 'not-found' });
  });

  it('tries once more with a new token where its own is refused', async () => {
    answer = (request, response) =>
      request.headers.authorization === 'Bearer token-1'
        ? response.end('{"name":"x"}')
        : problem(response, 401, 'token-invalid');
    await expect(ask()).resolves.toEqual({ name: 'x' });
  });

  it.each<[string, typeof answer]>([
    ['is another problem', (_request, response) => problem(response, 403, 'forbidden')],
    ['is a failure', (_request, response) => response.writeHead(500).end()],
    ['does not fit', (_request, response) => response.end('{"nome":"x"}')],
    ['is no JSON', (_request, response) => response.end('<html>')],
    [
      'is cut off',
      (_request, response) => {
        response.writeHead(200, { 'content-length': 100 }).write('{');
        response.destroy();
      },
    ],
    ['refuses the token for good', (_request, response) => problem(response, 401, 'token-invalid')],
    ['has no end', (_request, response) => response.end('x'.repeat(2_000_000))],
    ['is moved elsewhere', (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
  ])('is refused as an unavailable dependency where the answer %s', async (_what, given) => {
    answer = given;
    await expect(ask()).rejects.toMatchObject({ code: 'dependency-unavailable', headers: { 'retry-after': '2' } });
  });

  it.each<[string, typeof answer]>([
    ['does not come', () => undefined],
    [
      'comes drop by drop',
      (_request, response) => {
        response.write('{');
      },
    ],
  ])('is refused as an unavailable dependency where the answer %s, and not in time', async (_what, given) => {
    answer = given;
    await expect(ask(hasty)).rejects.toMatchObject({
      code: 'dependency-unavailable',
      headers: { 'retry-after': '2' },
    });
  });

  it('is refused as an unavailable dependency where nobody is there', async () => {
    const nobody = createServiceClient({
      baseUrl: 'http://127.0.0.1:1',
      token: { get: async () => 't', forget: () => undefined },
    });
    await expect(nobody.call({ path: '/', answer: z.unknown() })).rejects.toMatchObject({
      code: 'dependency-unavailable',
    });
    await nobody.close();
  });
});
