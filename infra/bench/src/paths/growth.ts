import { checksOf } from '../measure/aim.ts';
import type { Row } from '../measure/figures.ts';
import { alternate, turnOf } from '../measure/turn.ts';
import { seedFacilities } from '../world/seed-directory.ts';
import { seedOthersReferrals, seedPlaces, seedReferrals } from '../world/seed-referral.ts';
import { setStage, vacuumFilled } from '../world/stage.ts';
import type { HotPath } from './path.ts';
import { shots } from './reads.ts';

const concurrency = 16;
const aim = { p99GrowthMax: 1.5 };
/** Of all referrals, those of the facilities that the caller speaks for. */
const ownShare = 0.1;
const sizesUpTo = (max: number): number[] => [10_000, 100_000, 1_000_000].filter((size) => size <= max);

export const growth: HotPath = {
  name: 'growth',
  title: 'The same reads, of ten times as much',
  about: `Each read at ${concurrency} callers, of more and more rows: referrals with an entry each, and facilities with three services each.`,
  async measure(bench) {
    const { world, load, seconds, stops } = bench;
    const stage = await setStage(world, {
      services: ['referral', 'directory'],
      seed: { referral: seedPlaces },
      profileFolder: bench.profileFolder,
    });
    stops.add('the services', () => stage.stop());
    const measuring = { load, postgresPid: world.servers.pids.postgres };
    const reads = [
      { name: 'read', on: 'referral', shot: shots.read },
      { name: 'list', on: 'referral', shot: shots.list },
      { name: 'inbox', on: 'referral', shot: shots.inbox },
      { name: 'search', on: 'directory', shot: shots.search },
    ] as const;
    const rows = new Map<string, Row[]>(reads.map(({ name }) => [name, []]));
    let size = 0;
    for (const next of sizesUpTo(bench.growthMax)) {
      const own = { from: size * ownShare, to: next * ownShare };
      const query = stage.query('referral');
      await seedReferrals(query, { ...own, state: 'accepted' });
      await seedOthersReferrals(query, { from: size - own.from, to: next - own.to });
      await seedFacilities(stage.query('directory'), { from: size, to: next });
      for (const name of ['referral', 'directory'] as const) await vacuumFilled(stage.query(name));
      await query('checkpoint');
      size = next;
      for (const { name, on, shot } of reads) {
        const { url, process } = stage.serviceOf(on);
        const numbers = { from: 0, to: size * ownShare, isCycle: true };
        const side = { url, pid: process.pid, shot: await shot(bench), numbers, settle: () => stage.settle(on) };
        const turn = () => turnOf(measuring, side, { concurrency, seconds });
        await turn(); // warms the caches up
        const { product } = await alternate({ product: turn, ceiling: null });
        rows.get(name)!.push({ label: `${name}, of ${size.toLocaleString('en')}`, product, ceiling: null });
      }
    }
    const all = [...rows.values()];
    return { rows: all.flat(), readings: [], checks: all.flatMap((each) => checksOf(each, aim)), ratioMin: null };
  },
};
