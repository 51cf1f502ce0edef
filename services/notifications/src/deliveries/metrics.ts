import type { DeliveryState } from '@rohnamo/contracts';
import type { Metrics } from '@rohnamo/service-kit';
import { Counter, Gauge, Histogram } from 'prom-client';

/** What is measured of deliveries. No label names an organisation or an address. */
export interface DeliveryMetrics {
  /** A delivery has come into this state. */
  settled(state: DeliveryState): void;
  /** A try has ended so. */
  tried(attempt: { state: DeliveryState; durationMs: number }): void;
}

export function createDeliveryMetrics({ registry }: Metrics, waitingCount: () => Promise<number>): DeliveryMetrics {
  const total = new Counter({
    name: 'notifications_deliveries_total',
    help: 'Deliveries by the state they came into',
    labelNames: ['state'] as const,
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'notifications_attempt_duration_seconds',
    help: 'Time from the beginning of a call to its answer or failure, by the state it led to',
    labelNames: ['state'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const waiting = new Gauge({
    name: 'notifications_deliveries_waiting',
    help: 'Deliveries that wait for a try, the first or another',
    registers: [registry],
    async collect() {
      const count = await waitingCount().catch(() => null);
      if (count !== null) waiting.set(count); // else the last one known stands: the other metrics are still wanted
    },
  });

  const settled = (state: DeliveryState) => total.inc({ state });
  return {
    settled,
    tried({ state, durationMs }) {
      settled(state);
      duration.observe({ state }, durationMs / 1000);
    },
  };
}
