import type { Load, Shot } from '../load/load.ts';
import { type Figures, medianOf } from './figures.ts';
import { startMeter } from './meter.ts';

/** The numbers that a load still has. What is used once moves on; what cycles stays as it is. */
export interface Numbers {
  from: number;
  to: number;
  isCycle: boolean;
}

/** One side of a comparison that answers requests. */
export interface Side {
  url: string;
  pid: number;
  shot: Shot;
  numbers: Numbers;
  /** Waits until what a turn left to be done in the background is done. Answers how long that took, in ms. */
  settle?: () => Promise<number>;
}

export interface Measuring {
  load: Load;
  postgresPid: number | null;
}

/** Fires at one side for some seconds, and answers what it did and what that took. */
export async function turnOf(
  { load, postgresPid }: Measuring,
  side: Side,
  { concurrency, seconds }: { concurrency: number; seconds: number },
): Promise<Figures> {
  const used = startMeter({ pids: [side.pid], postgresPid });
  const outcome = await load.fire({ ...side.shot, url: side.url, concurrency, seconds, numbers: side.numbers });
  const usage = used(outcome.done);
  if (!side.numbers.isCycle) side.numbers.from += outcome.used;
  if (outcome.done === 0) throw new Error(`nothing was answered: ${outcome.failure ?? 'the numbers are used up'}`);
  return {
    perSecond: (outcome.done - outcome.failures) / outcome.seconds,
    p50Ms: outcome.p50Ms,
    p99Ms: outcome.p99Ms,
    ...usage,
    settleMs: side.settle === undefined ? null : await side.settle(),
    failures: outcome.failures,
  };
}

export const rounds = 3;

/**
 * Product, ceiling, product, ceiling …: whatever the machine does meanwhile, it does to both. A turn may be anything that
 * gives figures, such as a file of so many rows, run to its end.
 */
export async function alternate(turns: {
  product: () => Promise<Figures>;
  ceiling: (() => Promise<Figures>) | null;
}): Promise<{ product: Figures; ceiling: Figures | null }> {
  const product: Figures[] = [];
  const ceiling: Figures[] = [];
  for (let round = 0; round < rounds; round += 1) {
    product.push(await turns.product());
    if (turns.ceiling !== null) ceiling.push(await turns.ceiling());
  }
  return { product: medianOf(product), ceiling: turns.ceiling === null ? null : medianOf(ceiling) };
}
