import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { lastingPort } from '../lasting-port.ts';
import { brokerAnswers, splitAddress } from './broker-answers.ts';

test('a port nobody listens on does not answer', async () => {
  expect(await brokerAnswers(`127.0.0.1:${await lastingPort()}`)).toBe(false);
});

test('a listener that hangs up is not a broker in service', async () => {
  const port = await lastingPort();
  const listener = createServer((socket) => socket.end()).listen(port, '127.0.0.1');
  await once(listener, 'listening');
  expect(await brokerAnswers(`127.0.0.1:${port}`)).toBe(false);
  listener.close();
});

test.each([
  ['kafka:9092', { host: 'kafka', port: 9092 }],
  ['[::1]:19092', { host: '::1', port: 19092 }],
])('%s is split into host and port', (address, parts) => {
  expect(splitAddress(address)).toEqual(parts);
});

test.each(['kafka', ':9092', 'kafka:port'])('"%s" is refused as an address', (address) => {
  expect(() => splitAddress(address)).toThrow('host:port');
});
