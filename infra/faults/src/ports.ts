import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A port of the loopback interface that is free, from below those that the system hands out by itself: no outgoing connection
 * takes it while the process that listens on it is down.
 */
export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
