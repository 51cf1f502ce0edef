import { type Aim, checksOf } from '../measure/aim.ts';
import type { Row } from '../measure/figures.ts';
import { alternate, turnOf } from '../measure/turn.ts';
import type { Shot } from '../load/load.ts';
import { throughAYear } from '../world/course.ts';
import { seedFacilities } from '../world/seed-directory.ts';
import { seedPlacesOfTheCountry } from '../world/seed-places.ts';
import { seedOthersReferrals, seedReferrals } from '../world/seed-referral.ts';
import { setStage, vacuumFilled } from '../world/stage.ts';
import type { Bench, HotPath } from './path.ts';
import { shots } from './reads.ts';
import { statisticsAim, statisticsShot } from './statistics.ts';
import { workShots } from './work.ts';

const concurrency = 16;
const aim = { p99GrowthMax: 1.5 };
/** Of all referrals, those of the facilities that the caller speaks for: so many that each has more than a page of open work at every size. */
const ownShare = 0.5;
const sizesUpTo = (max: number): number[] => [10_000, 100_000, 1_000_000].filter((size) => size <= max);

export const growth: HotPath = {
  name: 'growth',
  title: 'The same reads, of ten times as much',
  about: `Each read at ${concurrency} callers, of more and more rows: referrals of a year with an entry each, of which the caller's ten facilities have half, so that every page is full at every size, and facilities with three services each; the statistics of the last quarter at one caller, whose answer shall come within a second however many there are.`,
  async measure(bench) {
    const { world, load, seconds, stops } = bench;
    const stage = await setStage(world, {
      services: ['referral', 'directory'],
      seed: { referral: seedPlacesOfTheCountry },
      profileFolder: bench.profileFolder,
    });
    stops.add('the services', () => stage.stop());
    const measuring = { load, postgresPid: world.servers.pids.postgres };
    const reads: readonly Read[] = [
      { name: 'read', on: 'referral', shot: shots.read, concurrency, aim },
      { name: 'list', on: 'referral', shot: shots.list, concurrency, aim },
      { name: 'inbox', on: 'referral', shot: shots.inbox, concurrency, aim },
      { name: 'worklist', on: 'referral', shot: workShots.worklist, concurrency, aim },
      { name: 'recommendations', on: 'referral', shot: workShots.recommendations, concurrency, aim },
      { name: 'search', on: 'directory', shot: shots.search, concurrency, aim },
      { name: 'statistics', on: 'referral', shot: statisticsShot, concurrency: 1, aim: statisticsAim },
    ];
    const rows = new Map<Read, Row[]>(reads.map((read) => [read, []]));
    let size = 0;
    for (const next of sizesUpTo(bench.growthMax)) {
      const own = { from: size * ownShare, to: next * ownShare };
      const query = stage.query('referral');
      await seedReferrals(query, { ...own, course: throughAYear });
      await seedOthersReferrals(query, { from: size - own.from, to: next - own.to, course: throughAYear });
      await seedFacilities(stage.query('directory'), { from: size, to: next });
      for (const name of ['referral', 'directory'] as const) await vacuumFilled(stage.query(name));
      await query('checkpoint');
      size = next;
      for (const read of reads) {
        const { name, on, shot } = read;
        const { url, process } = stage.serviceOf(on);
        const numbers = { from: 0, to: size * ownShare, isCycle: true };
        const side = { url, pid: process.pid, shot: await shot(bench), numbers, settle: () => stage.settle(on) };
        const turn = () => turnOf(measuring, side, { concurrency: read.concurrency, seconds });
        await turn(); // warms the caches up
        const { product } = await alternate({ product: turn, ceiling: null });
        rows.get(read)!.push({ label: `${name}, of ${size.toLocaleString('en')}`, product, ceiling: null });
      }
    }
    return {
      rows: [...rows.values()].flat(),
      readings: [],
      checks: [...rows].flatMap(([read, grown]) => checksOf(grown, read.aim)),
      ratioMin: null,
    };
  },
};

interface Read {
  name: string;
  on: 'referral' | 'directory';
  shot: (bench: Bench) => Promise<Shot>;
  concurrency: number;
  aim: Aim;
}
