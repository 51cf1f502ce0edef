import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { z } from 'zod';
import { publicAccess } from './access.ts';

/** What one service measures, for Prometheus. A registry of its own, so that several services can share a process. */
export interface Metrics {
  readonly registry: Registry;
  /** Notes one answered request; the route is its pattern, so that no address becomes a label. */
  httpAnswered: (request: { method: string; route: string; status: number; durationMs: number }) => void;
}

export function createMetrics(options: { service: string; processMetrics?: boolean }): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service: options.service });
  if (options.processMetrics !== false) collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  return {
    registry,
    httpAnswered: ({ method, route, status, durationMs }) =>
      duration.observe({ method, route, status: String(status) }, durationMs / 1000),
  };
}

/** How many events of each consumer group are parked: anything above 0 is for an operator to see to. */
export function measureParked({ registry }: Metrics, counts: () => Promise<ReadonlyMap<string, number>>): void {
  const parked = new Gauge({
    name: 'consumer_parked_events',
    help: 'Events that failed, and those that wait behind them, by consumer group',
    labelNames: ['group'] as const,
    registers: [registry],
    async collect() {
      const byGroup = await counts().catch(() => null);
      if (byGroup === null) return; // the last ones known stand: the other metrics are still wanted
      parked.reset();
      for (const [group, count] of byGroup) parked.set({ group }, count);
    },
  });
}

/** `GET /metrics`: public, so keep it off the internet at the proxy. It holds no personal data. */
export function registerMetrics(app: FastifyInstance, metrics: Metrics): void {
  app.get(
    '/metrics',
    {
      config: { access: publicAccess, rateLimited: false, quiet: true },
      schema: {
        tags: ['operations'],
        operationId: 'getMetrics',
        summary: 'Metrics for Prometheus',
        description:
          'How often and how long requests are answered, what waits, what is parked. No personal data; keep it off the internet at the proxy.',
        response: {
          200: { description: 'The Prometheus text format', content: { 'text/plain': { schema: z.string() } } },
        },
      },
    },
    async (_request, reply) => reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}
