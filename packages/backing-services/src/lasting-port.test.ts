import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { lastingPort } from './lasting-port.ts';

/** Draws these first, and then one after the other from the last of them on. */
const drawing =
  (...ports: number[]) =>
  () =>
    ports.length > 1 ? ports.shift()! : ports[0]!++;

it('a port that was drawn is not drawn again, though nobody listens on it', async () => {
  const drawn = await lastingPort();
  expect(await lastingPort({ draw: drawing(drawn) })).toBeGreaterThan(drawn);
});

it('a port on which somebody listens is not drawn', async () => {
  const port = await lastingPort();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: taken } = server.address() as { port: number }; // of a server that listens
  expect(await lastingPort({ draw: drawing(taken, port) })).not.toBe(taken);
  server.close();
});

it('ports in a row are drawn together or not at all', async () => {
  const drawn = await lastingPort();
  const row = await lastingPort({ count: 10, draw: drawing(drawn - 5) });
  expect(row).toBeGreaterThan(drawn);
  for (const each of [row, row + 9]) expect(await lastingPort({ draw: drawing(each) })).not.toBe(each);
});
