import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { lastingPort } from './ports.ts';

afterEach(() => void vi.restoreAllMocks());

it('a port that was drawn is not drawn again, though nobody listens on it', async () => {
  const drawn = await lastingPort();
  const same = (drawn - 10_000) / 20_000;
  const random = vi.spyOn(Math, 'random').mockReturnValueOnce(same);
  expect(await lastingPort()).not.toBe(drawn);
  expect(random.mock.calls.length).toBeGreaterThan(1);
});

it('a port on which somebody listens is not drawn', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number }; // of a server that listens
  vi.spyOn(Math, 'random').mockReturnValueOnce((port - 10_000) / 20_000);
  expect(await lastingPort()).not.toBe(port);
  server.close();
});
