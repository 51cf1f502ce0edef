import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crashPoints } from '@rohnamo/journal';
import type { Ground } from '../src/chaos/break.ts';
import { pageOf } from '../src/chaos/report.ts';
import { prepareGround, runChaos } from '../src/chaos/run-chaos.ts';

const plan = { seed: 20261124, perSecond: 9, say: () => undefined };

/** The installation of `npm run faults`. */
let ground: Ground & { stop(): Promise<void> };
beforeAll(async () => {
  ground = await prepareGround(2);
}, 240_000);
afterAll(() => ground.stop(), 60_000);

describe('every promise is kept', { timeout: 420_000 }, () => {
  it('through a minute of faults by a schedule', async () => {
    const report = await runChaos(ground, { ...plan, forMs: 60_000, crashPoints: 0, limitMs: 3_000 });
    expect(report.violations, pageOf(report)).toEqual([]);
    expect(report.handoffCount).toBeGreaterThan(0);
    expect(report.schedule.length).toBeGreaterThan(0);
  });

  it('when a process dies at each crash point', async () => {
    const report = await runChaos(ground, { ...plan, forMs: 0, crashPoints: 1 });
    expect(report.violations, pageOf(report)).toEqual([]);
    expect(report.crashCount).toBe(crashPoints.length);
  });
});
