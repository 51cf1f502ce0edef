import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';

/** As much of kafkajs's inner connection as is looked at here: it is patched, and has no types of its own. */
interface Connection {
  connect(): Promise<true>;
  disconnect(): Promise<true>;
  send(asked: object): Promise<string>;
}
const kafkajs = createRequire(import.meta.url);
const ConnectionOf = kafkajs('kafkajs/src/network/connection') as new (options: object) => Connection;
const Encoder = kafkajs('kafkajs/src/protocol/encoder') as new () => object;

const quiet: object = {
  namespace: () => quiet,
  debug: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const question = {
  request: { apiKey: 3, apiName: 'Metadata', apiVersion: 0, encode: async () => new Encoder() },
  response: { decode: async () => ({ clientSideThrottleTime: 0 }), parse: async () => 'answered' },
};

/** A frame of the protocol: its size, whose answer it is, and some bytes. */
function answerTo(request: Buffer): Buffer {
  const frame = Buffer.alloc(4 + 4 + 100);
  frame.writeInt32BE(4 + 100, 0);
  frame.writeInt32BE(request.readInt32BE(8), 4); // behind its size, the key and the version
  return frame;
}

it('a connection that is cut in an answer hears the next ones whole', async () => {
  const inTheMiddle = (socket: Socket, frame: Buffer) =>
    socket.write(frame.subarray(0, 60), () => socket.resetAndDestroy());
  const answers = [inTheMiddle, (socket: Socket, frame: Buffer) => socket.write(frame)];
  const server = createServer((socket) => {
    const answer = answers.shift();
    socket.on('error', () => undefined).on('data', (request) => answer?.(socket, answerTo(request)));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { address: host, port } = server.address() as AddressInfo;
  const connection = new ConnectionOf({
    host,
    port,
    clientId: 'test',
    logger: quiet,
    requestTimeout: 2_000,
    enforceRequestTimeout: true,
    connectionTimeout: 2_000,
    socketFactory: (wanted: { onConnect: () => void }) => connect({ host, port }, wanted.onConnect),
  });
  await connection.connect();
  await expect(connection.send(question)).rejects.toThrow('ECONNRESET');
  await connection.connect();
  expect(await connection.send(question)).toBe('answered');
  await connection.disconnect();
});
