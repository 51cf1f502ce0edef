import { createSocket, type Socket } from 'node:dgram';
import { type EventEmitter, once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A port of the loopback interface that is free, or the first of `count` in a row, for whoever binds it later. It is from below those
 * that the system hands out by itself: no outgoing connection takes it while the process that listens on it is down. And nobody
 * else draws it here as long as this process lives, for its namesake of UDP is held.
 */
export async function lastingPort({
  count = 1,
  draw = anyPort,
}: { count?: number; draw?: () => number } = {}): Promise<number> {
  for (;;) {
    const first = draw();
    const held = await Promise.all(Array.from({ length: count }, (_, index) => hold(first + index)));
    if (held.every((each) => each !== undefined)) return first;
    for (const each of held) each?.close();
  }
}

const anyPort = (): number => 10_000 + Math.floor(Math.random() * 20_000);

/** Takes the namesake of a port that is free; undefined where it is not. */
async function hold(port: number): Promise<Socket | undefined> {
  const namesake = createSocket('udp4').unref();
  namesake.bind({ port, address: '127.0.0.1', exclusive: true });
  if ((await isListening(namesake)) && (await isFree(port))) return namesake;
  namesake.close();
  return undefined;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  if (!(await isListening(server))) return false;
  server.close();
  await once(server, 'close');
  return true;
}

const isListening = (one: EventEmitter): Promise<boolean> =>
  once(one, 'listening').then(
    () => true,
    () => false,
  );
