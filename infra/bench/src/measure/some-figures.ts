import type { Figures } from './figures.ts';

/** Figures for tests, with any of them put otherwise. */
export const someFigures = (perSecond: number, other: Partial<Figures> = {}): Figures => ({
  perSecond,
  p50Ms: 1,
  p99Ms: 2,
  nodeCpuUs: null,
  postgresCpuUs: null,
  rssMb: null,
  settleMs: null,
  failures: 0,
  ...other,
});
