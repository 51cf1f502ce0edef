import type { Figures } from './figures.ts';
import { startMeter, type Watched } from './meter.ts';

/** A file or a backlog of so many, worked off from its beginning to its end. */
export interface Run {
  count: number;
  /** Answers how many seconds it took. */
  work: () => Promise<number>;
  /** Waits for what the run left to be done in the background. Answers how long that took, in ms. */
  settle?: () => Promise<number>;
}

/** Figures of one run. Nothing of it is told by the piece but what each has cost. */
export async function runOf(watched: Watched, { count, work, settle }: Run): Promise<Figures> {
  const used = startMeter(watched);
  const seconds = await work();
  const figures = { ...used(count), perSecond: count / seconds, p50Ms: null, p99Ms: null, failures: 0 };
  return { ...figures, settleMs: settle === undefined ? null : await settle() };
}

/** How long some work takes, in seconds. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}
