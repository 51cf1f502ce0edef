import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Agent, fetch } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { allow, publicAccess } from '../src/access.ts';
import { refused } from '../src/problem.ts';
import { readBody, streamedBody, withStreamedBodies } from '../src/streamed-body.ts';
import { createSampleApp, type SampleApp } from './sample-app.ts';

let sample: SampleApp;
let host: string;
beforeAll(async () => {
  sample = await createSampleApp({ bodyLimitBytes: 100_000 });
  const config = { access: publicAccess };
  const schema = { body: z.unknown(), headers: z.looseObject({}) };
  withStreamedBodies(sample.app, ['text/csv'], (scope) => {
    const bytesMax = 8 * 1024 ** 2;
    scope.post('/upload/unread', { config, schema }, () => Promise.reject(refused('invalid-field')));
    scope.post('/upload/read-in-part', { config, schema }, async (request) => {
      const { body } = streamedBody(request, { types: ['text/csv'], bytesMax });
      await readBody(body, { bytesMax, take: () => Promise.reject(refused('malformed-request')) });
    });
    scope.post('/upload/too-long', { config, schema }, async (request) => {
      const { body } = streamedBody(request, { types: ['text/csv'], bytesMax: Infinity });
      await readBody(body, { bytesMax: 200_000, take: () => Promise.resolve() });
    });
    scope.post('/upload/announced-too-long', { config, schema }, async (request) => {
      streamedBody(request, { types: ['text/csv'], bytesMax: 1000 });
    });
    scope.post('/upload/limited', { config, schema }, () => Promise.reject(refused('too-many-requests')));
    const access = allow({ roles: ['facility'], scope: 'referrals:read' });
    scope.post('/upload/for-others', { config: { access }, schema }, () => Promise.resolve({}));
    scope.post('/upload/handed-over', { config, schema }, (request, reply) => {
      reply.hijack();
      request.raw.once('data', () => {
        request.raw.pause();
        reply.raw.writeHead(400).end();
      });
    });
  });
  await sample.app.listen({ port: 0, host: '127.0.0.1' });
  host = `127.0.0.1:${(sample.app.server.address() as { port: number }).port}`;
});
afterAll(() => sample.app.close());

const uploads: [what: string, path: string, type: string, status: number][] = [
  ['whose body is not looked at', '/upload/unread', 'text/csv', 422],
  ['whose body was read in part', '/upload/read-in-part', 'text/csv', 400],
  ['that is longer than it may be', '/upload/too-long', 'text/csv', 413],
  ['that says that it is longer', '/upload/announced-too-long', 'text/csv', 413],
  ['that comes too often', '/upload/limited', 'text/csv', 429],
  ['without a token', '/upload/for-others', 'text/csv', 401],
  ['to where nothing is', '/upload/nowhere', 'text/csv', 404],
  ['by a method that is not taken', '/health/live', 'text/csv', 405],
  ['of another type', '/open/echo', 'image/png', 415],
  ['of JSON that is too long', '/open/echo', 'application/json', 413],
  ['to an address that cannot be read', '/upload/%zz', 'text/csv', 400],
  ['that another library answers', '/upload/handed-over', 'text/csv', 400],
];
const size = 3 * 1024 ** 2;
const run = promisify(execFile);
const isThere = (command: string): boolean => spawnSync(command, ['--version']).status === 0;
const clients = join(import.meta.dirname, 'clients');

describe('behind a refused upload, the next request of the same client is answered at once:', () => {
  it.each(uploads)('%s, by fetch', async (_what, path, type, status) => {
    for (const isChunked of [false, true]) {
      const dispatcher = new Agent({ connections: 1, pipelining: 1 });
      const chunks = () => ReadableStream.from(Array.from({ length: 48 }, () => Buffer.alloc(size / 48, 'x')));
      const answer = await fetch(`http://${host}${path}`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: isChunked ? chunks() : Buffer.alloc(size, 'x'),
        duplex: 'half',
        dispatcher,
      });
      // What is not announced as too long is not refused for that.
      if (!(isChunked && path === '/upload/announced-too-long')) expect(answer.status).toBe(status);
      await answer.text();
      expect((await fetch(`http://${host}/health/live`, { dispatcher })).status).toBe(200);
      await dispatcher.close();
    }
  });

  const asked = uploads.map(([_what, path, type]) => `${path} ${type}`);

  it.skipIf(!isThere('python3'))('by http.client and urllib of Python', { timeout: 120_000 }, async () => {
    const { stdout } = await run('python3', [join(clients, 'two_requests.py'), host, String(size), ...asked]);
    expect(stdout.trim().split('\n')).toEqual(
      uploads.map(([_what, path, _type, status]) => `${path} ${status} 200 ${status}`),
    );
  });

  it.skipIf(!isThere('java'))('by HttpClient of Java', { timeout: 120_000 }, async () => {
    const readable = uploads.filter(([_what, path]) => !path.includes('%')); // its URI has no address that cannot be read
    const { stdout } = await run('java', [
      join(clients, 'TwoRequests.java'),
      host,
      String(size),
      ...readable.map(([_what, path, type]) => `${path} ${type}`),
    ]);
    expect(stdout.trim().split('\n')).toEqual(readable.map(([_what, path, _type, status]) => `${path} ${status} 200`));
  });
});

describe('a refused upload', () => {
  it('that does not go on is answered all the same, and its connection ends with the answer', async () => {
    const [name, port] = host.split(':');
    const socket = connect(Number(port), name);
    socket.write(
      'POST /upload/unread HTTP/1.1\r\nhost: a\r\ncontent-type: text/csv\r\ncontent-length: 1000000\r\n\r\nfirst',
    );
    let said = '';
    socket.on('data', (bytes) => (said += String(bytes)));
    await once(socket, 'end');
    expect(said).toMatch(/^HTTP\/1\.1 422 /);
    expect(said.toLowerCase()).toContain('connection: close');
    socket.destroy();
  });

  it('that has no end is answered behind the bytes that are read past, and its connection ends', async () => {
    const [name, port] = host.split(':');
    const socket = connect(Number(port), name);
    socket.on('error', () => undefined); // it is reset while more is sent
    socket.write(
      'POST /upload/unread HTTP/1.1\r\nhost: a\r\ncontent-type: text/csv\r\ncontent-length: 1000000000\r\n\r\n',
    );
    const chunk = Buffer.alloc(1024 ** 2);
    let sent = 0;
    const send = (): void => {
      while (!socket.destroyed && socket.write(chunk)) sent += chunk.length;
      sent += chunk.length;
    };
    socket.on('drain', send);
    socket.resume();
    send();
    await new Promise((resolve) => socket.once('close', resolve));
    expect(sent).toBeLessThan(200 * 1024 ** 2);
  });
});
