import { request } from 'node:http';
import type { RequestOptions } from 'node:http';
import { join } from 'node:path';
import type { Environment } from '../backing-service.ts';

const PING_TIMEOUT_MS = 1000;

/**
 * Whether a Docker engine answers where `DOCKER_HOST` or the usual sockets say. Costs nothing where there is none, and
 * loads no Docker client. `ROHNAMO_DOCKER=off` is a no without asking.
 */
export async function dockerAnswers(environment: Environment): Promise<boolean> {
  if (environment['ROHNAMO_DOCKER'] === 'off') return false;
  const answers = await Promise.all(dockerAddresses(environment).map(ping));
  return answers.includes(true);
}

/** Where an engine may listen: `DOCKER_HOST` alone if it is set, else the sockets that testcontainers looks at, too. */
export function dockerAddresses(environment: Environment): RequestOptions[] {
  const host = environment['DOCKER_HOST'];
  if (host) return addressOf(host);
  const { XDG_RUNTIME_DIR: runtimeDir, HOME: home } = environment;
  return [
    '/var/run/docker.sock',
    ...(runtimeDir ? [join(runtimeDir, 'docker.sock')] : []),
    ...(home ? [join(home, '.docker/run/docker.sock'), join(home, '.docker/desktop/docker.sock')] : []),
  ].map((socketPath) => ({ socketPath }));
}

function addressOf(host: string): RequestOptions[] {
  if (host.startsWith('unix://')) return [{ socketPath: host.slice('unix://'.length) }];
  if (!/^(tcp|http):/.test(host) || !URL.canParse(host)) return [];
  const { hostname, port } = new URL(host);
  return [{ host: hostname, port: port || '2375' }];
}

/** Docker Engine API, `GET /_ping`. */
function ping(address: RequestOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ ...address, path: '/_ping', timeout: PING_TIMEOUT_MS }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
    asked.end();
  });
}
