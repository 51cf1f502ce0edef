import { perService, serviceNames } from './service-names.ts';
import type { PerService } from './service-names.ts';

export const PORT_BASE_DEFAULT = 4400;
const PORT_BASE_MIN = 1024;
/** How many in a row, from the base on, are one stack's. */
export const PORT_COUNT = 10;
const PORT_MAX = 65_535;

/** The ports of one stack, all on the loopback interface. The base itself is kept for the console. */
export interface PortPlan {
  services: PerService<number>;
  demoFacility: number;
  postgres: number;
  kafka: number;
}

/** The ports from a base on: services from base + 1, then the demo facility, Postgres, Kafka. Throws when they do not fit. */
export function planPorts(base: number): PortPlan {
  const baseMax = PORT_MAX - PORT_COUNT;
  if (!Number.isInteger(base) || base < PORT_BASE_MIN || base > baseMax) {
    throw new Error(`--port-base must be a whole number from ${PORT_BASE_MIN} to ${baseMax}`);
  }
  return {
    services: perService((name) => base + 1 + serviceNames.indexOf(name)),
    demoFacility: base + 7,
    postgres: base + 8,
    kafka: base + 9,
  };
}
