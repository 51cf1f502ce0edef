import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { type FakeFacility, fakeFacility } from '@rohnamo/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEgress, type Egress } from './egress.ts';
import { dnsResolve } from './resolve.ts';

let facility: FakeFacility;
let egress: Egress;
const servers: Server[] = [];
const sockets = new Set<Socket>();

const content = { body: '{}', headers: {} };
const everyPort = [{ from: 0, to: 65_535 }];
/** Longer than any call here takes, on whatever machine. */
const patient = { connectMs: 60_000, totalMs: 60_000 };
const portOf = (url: string) => new URL(url).port;

beforeEach(async () => {
  facility = await fakeFacility();
  egress = createEgress({
    allowHttp: true,
    allowedPorts: everyPort,
    allowedPrivate: ['127.0.0.1/32'],
    limits: patient,
  });
});
afterEach(async () => {
  egress.close();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  for (const server of servers.splice(0)) server.close();
  await facility.stop();
});

/** A server that says exactly this to whoever connects, and remembers what it was told. */
async function rawServer(answer: string | null) {
  const heard: Buffer[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      heard.push(chunk);
      if (answer !== null) socket.write(answer);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, heard };
}

describe('without leave for private addresses, nothing is sent to', () => {
  it.each([
    ['a literal', '127.0.0.1'],
    ['a decimal number', '2130706433'],
    ['a hex number', '0x7f000001'],
    ['an octal number', '017700000001'],
    ['mixed parts', '0x7f.0.0.1'],
    ['a short form', '127.1'],
    ['zero', '0'],
    ['fullwidth digits', '１２７.0.0.1'],
    ['a percent-encoded literal', '%31%32%37.0.0.1'],
    ['IPv6', '[::1]'],
    ['IPv4-mapped IPv6', '[::ffff:127.0.0.1]'],
    ['the name localhost', 'localhost'],
    ['a name under localhost', 'clinic.localhost'],
    ['a name that resolves to it', 'clinic.example'],
    ['a name that resolves to metadata', 'metadata.example'],
  ])('%s: %s', async (_name, host) => {
    const resolve = (name: string) =>
      name.endsWith('localhost')
        ? dnsResolve()(name)
        : Promise.resolve([name === 'metadata.example' ? '169.254.169.254' : '127.0.0.1']);
    const strict = createEgress({ allowHttp: true, allowedPorts: everyPort, allowedPrivate: [], resolve });
    const url = `http://${host}:${portOf(facility.url)}/`;
    expect(await strict.post(url, content)).toEqual({ failure: 'refused-address' });
    expect(await strict.complaintAbout(url)).toBe('must name a host with a public address');
    expect(facility.calls).toEqual([]);
    strict.close();
  });
});

describe('a URL that cannot be called', () => {
  it.each([
    ['plain http', 'http://clinic.example/', 'must begin with https://'],
    ['another scheme', 'ftp://clinic.example/', 'must begin with https://'],
    ['credentials', 'https://user:word@clinic.example/', 'must not hold a user name or password'],
    ['a user name', 'https://user@clinic.example/', 'must not hold a user name or password'],
    ['a fragment', 'https://clinic.example/#a', 'must not have a fragment'],
    ['an empty fragment', 'https://clinic.example/#', 'must not have a fragment'],
    ['no URL', 'clinic', 'must be a URL'],
  ])('%s', async (_name, url, complaint) => {
    const strict = createEgress({
      allowHttp: false,
      allowedPorts: everyPort,
      allowedPrivate: [],
      resolve: () => Promise.resolve(['8.8.8.8']),
    });
    expect(await strict.complaintAbout(url)).toBe(complaint);
    expect(await strict.post(url, content)).toEqual({ failure: 'refused-address' });
    expect(await strict.complaintAbout('https://clinic.example/hook?a=1')).toBeNull();
    strict.close();
  });

  it('is one whose name is not known, or cannot be looked up', async () => {
    const nowhere = createEgress({
      allowHttp: true,
      allowedPorts: everyPort,
      allowedPrivate: [],
      resolve: () => Promise.resolve([]),
    });
    expect(await nowhere.complaintAbout('https://clinic.example/')).toBe('must name a host with a public address');
    const broken = createEgress({
      allowHttp: true,
      allowedPorts: everyPort,
      allowedPrivate: [],
      resolve: () => Promise.reject(new Error('SERVFAIL')),
    });
    expect(await broken.complaintAbout('https://clinic.example/')).toMatch(/^must name a host that can be looked up/);
    expect(await broken.post('https://clinic.example/', content)).toEqual({ failure: 'connection' });
  });
});

describe('a port that is not allowed', () => {
  const usual = [443, 8443].map((port) => ({ from: port, to: port }));

  it.each([
    ['https://clinic.example/', null],
    ['https://clinic.example:443/', null],
    ['https://clinic.example:8443/', null],
    ['http://clinic.example/', 'must be on port 443 or 8443, not 80'],
    ['http://clinic.example:8443/', null],
    ['https://clinic.example:80/', 'must be on port 443 or 8443, not 80'],
    ['https://clinic.example:0/', 'must be on port 443 or 8443, not 0'],
    ['https://clinic.example:5432/', 'must be on port 443 or 8443, not 5432'],
    ['https://clinic.example:0443/', null],
    ['https://8.8.8.8:9092/', 'must be on port 443 or 8443, not 9092'],
  ])('%s', async (url, complaint) => {
    const strict = createEgress({
      allowHttp: true,
      allowedPorts: usual,
      allowedPrivate: [],
      resolve: () => Promise.resolve(['8.8.8.8']),
    });
    expect(await strict.complaintAbout(url)).toBe(complaint);
    strict.close();
  });

  it('is not called, however it came to be subscribed, and nobody is asked for the name', async () => {
    const resolve = () => Promise.reject(new Error('asked for'));
    const strict = createEgress({ allowHttp: true, allowedPorts: usual, allowedPrivate: ['127.0.0.1/32'], resolve });
    expect(await strict.post(facility.url, content)).toEqual({ failure: 'refused-address' });
    expect(await strict.post(`http://clinic.example:${portOf(facility.url)}/`, content)).toEqual({
      failure: 'refused-address',
    });
    expect(facility.calls).toEqual([]);
    strict.close();
  });
});

describe('a call', () => {
  it('goes to the address that was checked, under the name that was asked for', async () => {
    let lookups = 0;
    const resolve = () => Promise.resolve([(lookups++, '127.0.0.1')]);
    const named = createEgress({ allowHttp: true, allowedPorts: everyPort, allowedPrivate: ['127.0.0.1/32'], resolve });
    const port = portOf(facility.url);
    expect(
      await named.post(`http://clinic.example:${port}/hook?a=1`, {
        body: '{"a":1}',
        headers: { 'content-type': 'application/json' },
      }),
    ).toEqual({
      status: 204,
    });
    expect(facility.calls[0]).toMatchObject({
      path: '/hook?a=1',
      body: '{"a":1}',
      headers: { host: `clinic.example:${port}`, 'content-length': '7' },
    });
    expect(lookups).toBe(1);
    named.close();
  });

  it('leaves out the addresses of a name that may not be called', async () => {
    const mixed = createEgress({
      allowHttp: true,
      allowedPorts: everyPort,
      allowedPrivate: ['127.0.0.1/32'],
      resolve: () => Promise.resolve(['10.0.0.1', '127.0.0.1']),
    });
    expect(await mixed.post(`http://clinic.example:${portOf(facility.url)}/`, content)).toEqual({ status: 204 });
    mixed.close();
  });

  it('speaks TLS under the name that was asked for, and not to a server that cannot prove it', async () => {
    const { port, heard } = await rawServer('this is no TLS\r\n');
    const named = createEgress({
      allowHttp: false,
      allowedPorts: everyPort,
      allowedPrivate: ['127.0.0.1/32'],
      resolve: () => Promise.resolve(['127.0.0.1']),
    });
    expect(await named.post(`https://clinic.example:${port}/`, content)).toEqual({ failure: 'connection' });
    expect(Buffer.concat(heard).toString('latin1')).toContain('clinic.example'); // the server name of the ClientHello
    named.close();
  });

  it('does not follow a redirect', async () => {
    facility.answerNext({ status: 307, headers: { location: `${facility.url}/elsewhere` } });
    expect(await egress.post(`${facility.url}/hook`, content)).toEqual({ status: 307 });
    expect(facility.calls.map(({ path }) => path)).toEqual(['/hook']);
  });

  it('tells when to try again, where the answer says so', async () => {
    facility.answerNext({ status: 503, headers: { 'retry-after': '120' } });
    expect(await egress.post(facility.url, content)).toEqual({ status: 503, retryAfter: '120' });
  });

  it('ends when no answer comes in time', async () => {
    facility.answerNext('hang');
    const hasty = createEgress({
      allowHttp: true,
      allowedPorts: everyPort,
      allowedPrivate: ['127.0.0.1/32'],
      limits: { ...patient, totalMs: 100 },
    });
    expect(await hasty.post(facility.url, content)).toEqual({ failure: 'timeout' });
    hasty.close();
  });

  it('ends when a connection does not come to stand in time', async () => {
    const { port } = await rawServer(null);
    const hasty = createEgress({
      allowHttp: true,
      allowedPorts: everyPort,
      allowedPrivate: ['127.0.0.1/32'],
      limits: { ...patient, connectMs: 100 },
    });
    expect(await hasty.post(`https://127.0.0.1:${port}/`, content)).toEqual({ failure: 'timeout' });
    hasty.close();
  });

  it('fails when the connection is refused or reset', async () => {
    facility.answerNext('reset');
    expect(await egress.post(facility.url, content)).toEqual({ failure: 'connection' });
    expect(await egress.post('http://127.0.0.1:1/', content)).toEqual({ failure: 'connection' });
    expect(await egress.post('http://127.0.0.1:0/', content)).toEqual({ failure: 'connection' });
  });

  it('is made once more where a kept-alive connection had been closed', async () => {
    expect(await egress.post(facility.url, content)).toEqual({ status: 204 });
    facility.answerNext('reset');
    expect(await egress.post(facility.url, content)).toEqual({ status: 204 });
    expect(facility.calls).toHaveLength(3);
  });

  it('hangs up on an answer without end, and takes its status', async () => {
    const { port } = await rawServer(`HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n${'x'.repeat(8000)}`);
    expect(await egress.post(`http://127.0.0.1:${port}/`, content)).toEqual({ status: 200 });
    const [socket] = [...sockets];
    await new Promise<void>((resolve) =>
      socket?.destroyed === true ? resolve() : socket?.once('close', () => resolve()),
    );
  });

  it('fails on a head that is too large, on nonsense and on another protocol', async () => {
    const large = await rawServer(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`);
    expect(await egress.post(`http://127.0.0.1:${large.port}/`, content)).toEqual({ failure: 'too-large' });
    const nonsense = await rawServer('SSH-2.0-OpenSSH_9.9\r\n');
    expect(await egress.post(`http://127.0.0.1:${nonsense.port}/`, content)).toEqual({ failure: 'connection' });
    const upgrade = await rawServer('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n');
    const switched = await egress.post(`http://127.0.0.1:${upgrade.port}/`, content);
    expect(switched).not.toMatchObject({ status: 200 });
  });

  it('ends at once when we stop', async () => {
    facility.answerNext('hang');
    const abort = new AbortController();
    const posted = egress.post(facility.url, { ...content, signal: abort.signal });
    abort.abort();
    expect(await posted).toEqual({ failure: 'connection' });
  });
});
