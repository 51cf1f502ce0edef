import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type TcpProxy, tcpProxy } from '@rohnamo/testkit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { answeringSocket } from '../src/answering-socket.ts';

const silenceMs = 30_000;
let echo: Server;
let link: TcpProxy;
let socket: Socket;
const said = async (words: string) => {
  socket.write(words);
  return String((await once(socket, 'data'))[0]);
};
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }); // what the socket tells time by
  echo = createServer((other) => void other.on('error', () => undefined).pipe(other)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  link = await tcpProxy({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port });
  socket = answeringSocket(silenceMs)({ host: link.host, port: link.port, onConnect: () => undefined });
  await said('salom');
});
afterEach(async () => {
  socket.destroy();
  await link.stop();
  echo.close();
  vi.useRealTimers();
});

it('breaks when what was said on it is not answered, as on a link that has forgotten it', async () => {
  link.blackHole();
  link.resume();
  const broken = once(socket, 'error');
  socket.write('kujoed?');
  vi.advanceTimersByTime(2 * silenceMs);
  expect(await broken).toMatchObject([{ message: expect.stringContaining('nothing was heard') as string }]);
});

it('stays while nothing is said', async () => {
  vi.advanceTimersByTime(3 * silenceMs);
  expect(await said('boz')).toBe('boz');
});
