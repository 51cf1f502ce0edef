import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { type TcpProxy, tcpProxy } from './tcp-proxy.ts';

let echo: Server;
let proxy: TcpProxy;
const sockets: Socket[] = [];
beforeEach(async () => {
  echo = createServer((socket) => void socket.on('error', () => undefined).pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await tcpProxy({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await proxy.stop();
  echo.close();
});

async function open(): Promise<Socket> {
  const socket = connect(proxy);
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}
const said = async (socket: Socket, words: string): Promise<string> => {
  socket.write(words);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return answer.toString();
};

test('a link that is whole passes everything on, and the end of it', async () => {
  const socket = await open();
  expect(await said(socket, 'salom')).toBe('salom');
  socket.end();
  await once(socket, 'close');
});

test('a link that is cut resets what is open and what comes, until it is whole again', async () => {
  const before = await open();
  await said(before, 'salom');
  const reset = once(before, 'error');
  proxy.cut();
  expect(await reset).toMatchObject([{ code: 'ECONNRESET' }]);
  const during = connect(proxy);
  expect(await once(during, 'error')).toMatchObject([{ code: 'ECONNRESET' }]);
  proxy.resume();
  expect(await said(await open(), 'boz')).toBe('boz');
});

test('a black hole tells nobody anything, not even an end; what was open in it stays dead when new ones pass', async () => {
  const before = await open();
  await said(before, 'salom');
  proxy.blackHole();
  const during = await open();
  const heard: string[] = [];
  for (const [name, socket] of Object.entries({ before, during }))
    for (const event of ['data', 'end', 'close', 'error']) socket.on(event, () => heard.push(`${name} ${event}`));
  before.write('kujo?');
  during.write('kujo?');
  proxy.resume();
  expect(await said(await open(), 'boz')).toBe('boz');
  expect(heard).toEqual([]);
});

test('a reset ends what is open, and what comes passes', async () => {
  const before = await open();
  await said(before, 'salom');
  const reset = once(before, 'error');
  proxy.reset();
  expect(await reset).toMatchObject([{ code: 'ECONNRESET' }]);
  expect(await said(await open(), 'boz')).toBe('boz');
});

test('a link that swallows answers carries what is said, and an answer that was lost stays lost', async () => {
  const taken: string[] = [];
  echo.on('connection', (socket: Socket) => socket.on('data', (words: Buffer) => taken.push(words.toString())));
  const before = await open();
  await said(before, 'salom');
  const heard: string[] = [];
  before.on('data', (words: Buffer) => heard.push(words.toString()));
  proxy.swallowAnswers();
  before.write('kor kun');
  await eventually(() => taken.includes('kor kun'));
  proxy.resume();
  before.write('boz');
  expect(await said(await open(), 'boz')).toBe('boz');
  expect(heard).toEqual([]);
});

test('a slow link passes everything on, late, and at once when it is whole again', async () => {
  const socket = await open();
  const delayMs = 150;
  proxy.slowDown(delayMs);
  const began = performance.now();
  expect(await said(socket, 'salom')).toBe('salom');
  expect(performance.now() - began).toBeGreaterThanOrEqual(2 * delayMs - 2); // there and back; timers may fire 1 ms early
  proxy.resume();
  expect(await said(socket, 'boz')).toBe('boz');
});
