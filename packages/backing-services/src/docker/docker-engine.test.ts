import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dockerAddresses, dockerAnswers } from './docker-engine.ts';

test('an engine that answers the ping is found at its socket', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'docker-engine-'));
  const socket = join(folder, 'docker.sock');
  const engine = createServer((request, response) => response.writeHead(request.url === '/_ping' ? 200 : 404).end());
  await once(engine.listen(socket), 'listening');
  const environment = { DOCKER_HOST: `unix://${socket}` };

  expect(await dockerAnswers(environment)).toBe(true);
  expect(await dockerAnswers({ ...environment, ROHNAMO_DOCKER: 'off' })).toBe(false);

  engine.close();
  rmSync(folder, { recursive: true });
});

test('a socket that is not there is a no, at once', async () => {
  expect(await dockerAnswers({ DOCKER_HOST: 'unix:///nowhere/docker.sock' })).toBe(false);
});

test.each([
  ['tcp://10.1.2.3:2376', [{ host: '10.1.2.3', port: '2376' }]],
  ['tcp://docker', [{ host: 'docker', port: '2375' }]],
  ['ssh://somewhere', []],
  ['unix:///run/d.sock', [{ socketPath: '/run/d.sock' }]],
])('DOCKER_HOST=%s is the only place looked at', (host, addresses) => {
  expect(dockerAddresses({ DOCKER_HOST: host, HOME: '/home/a' })).toEqual(addresses);
});
