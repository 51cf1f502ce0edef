import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crashPoints } from '@rohnamo/journal';
import type { Ground } from '../src/chaos/break.ts';
import { pageOf } from '../src/chaos/report.ts';
import { prepareGround, runChaos } from '../src/chaos/run-chaos.ts';

const plan = { seed: 20261124, perSecond: 3, say: () => undefined };

/** The installation of `npm run faults`. */
let ground: Ground & { stop(): Promise<void> };
beforeAll(async () => {
  ground = await prepareGround(2);
}, 240_000);
afterAll(() => ground.stop(), 60_000);

describe('every promise is kept', { timeout: 900_000 }, () => {
  it('through three minutes of faults by a schedule', async () => {
    const report = await runChaos(ground, { ...plan, forMs: 180_000, crashPoints: 0, limitMs: 3_000 });
    expect(report.violations, pageOf(report)).toEqual([]);
    expect(report.handoffCount).toBeGreaterThan(0);
    expect(report.schedule.length).toBeGreaterThan(0);
  });

  it('when processes die five times at each crash point', async () => {
    const report = await runChaos(ground, { ...plan, forMs: 0, crashPoints: 5 });
    expect(report.violations, pageOf(report)).toEqual([]);
    expect(report.crashCount).toBe(5 * crashPoints.length);
  });
});
