import { createSocket } from 'node:dgram';
import { type EventEmitter, once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A port of the loopback interface that is free, from below those that the system hands out by itself: no outgoing connection
 * takes it while the process that listens on it is down, and nobody else draws it as long as this process lives, for its namesake
 * of UDP is held.
 */
export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const held = createSocket('udp4').unref();
    held.bind({ port, address: '127.0.0.1', exclusive: true });
    if (!(await isListening(held))) continue;
    const server = createServer().listen(port, '127.0.0.1');
    if (await isListening(server)) {
      server.close();
      await once(server, 'close');
      return port;
    }
    held.close();
  }
}

const isListening = (one: EventEmitter): Promise<boolean> =>
  once(one, 'listening').then(
    () => true,
    () => false,
  );
