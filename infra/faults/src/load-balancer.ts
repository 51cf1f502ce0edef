import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const checkIntervalMs = 100;
const checkWithinMs = 5_000;

/** A load balancer as small as it can be. */
export interface LoadBalancer {
  url: string;
  /** To how many requests go. */
  readyCount(): number;
  stop(): Promise<void>;
}

/**
 * Sends each request to the next of those that are ready, over connections that it keeps. It asks for readiness ten times a
 * second and tries nothing twice: 502 where a connection failed, 503 where nobody is ready.
 */
export async function startLoadBalancer(targets: readonly string[]): Promise<LoadBalancer> {
  const agent = new Agent({ keepAlive: true });
  const ready = new Set<string>();
  let isStopped = false;
  let turn = 0;

  const watch = async (target: string): Promise<void> => {
    while (!isStopped) {
      const isReady = await fetch(`${target}/health/ready`, { signal: AbortSignal.timeout(checkWithinMs) }).then(
        async (answer) => answer.body?.cancel().then(() => answer.ok),
        () => false,
      );
      if (isReady) ready.add(target);
      else ready.delete(target);
      await pause(checkIntervalMs);
    }
  };
  const passOn = (asked: IncomingMessage, answer: ServerResponse): void => {
    const candidates = targets.filter((target) => ready.has(target));
    const target = candidates[turn++ % candidates.length];
    if (target === undefined) return void answer.writeHead(503).end();
    const { host: _host, connection: _connection, ...headers } = asked.headers;
    const onwards = request(`${target}${asked.url}`, { method: asked.method, headers, agent });
    onwards.on('response', (response) => {
      const { connection: _own, 'keep-alive': _kept, ...passed } = response.headers;
      answer.writeHead(response.statusCode ?? 502, passed);
      response.pipe(answer);
    });
    onwards.on('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
    asked.pipe(onwards);
  };

  const server = createServer(passOn).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const watching = targets.map(watch);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    readyCount: () => ready.size,
    async stop() {
      isStopped = true;
      await Promise.all(watching);
      server.closeAllConnections();
      server.close();
      agent.destroy();
    },
  };
}
