import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '@rohnamo/launch';
import { startAuditor, type Verification } from '../auditor/auditor.ts';
import { checksOf } from '../measure/aim.ts';
import type { Row } from '../measure/figures.ts';
import { runOf, secondsOf } from '../measure/run.ts';
import { alternate } from '../measure/turn.ts';
import { runCeiling, startCeiling } from '../world/ceilings.ts';
import { placeEntries, seedEntries } from '../world/seed-entries.ts';
import { type Query, setStage } from '../world/stage.ts';
import { rangesOf, rowCountOf, rowsLabel } from './backlog.ts';
import { asAuditor } from './clients.ts';
import type { HotPath } from './path.ts';

const aim = { ratioMin: 0.3 };

export const trail: HotPath = {
  name: 'trail',
  title: 'Entries sealed, and an export of them verified',
  about:
    'seal: entries have their places all at once, and the service, which has no broker here, reads them, makes their leaves, writes tiles and signs checkpoints; timed from its first checkpoint to its last. verify: what rohnamo verify does with an export of so many. The ceiling of both: SHA-256 over the same bytes, in memory already, and each hash of the tree.',
  async measure(bench) {
    const { world, stops, profileFolder } = bench;
    const count = rowCountOf(bench);
    const next = rangesOf(count);
    const stage = await setStage(world, { services: ['referral'], isWithoutKafka: true, profileFolder });
    stops.add('the services', () => stage.stop());
    const { url, process } = stage.serviceOf('referral');
    const query = stage.query('referral');
    const postgresPid = world.servers.pids.postgres;

    const seal = async () => {
      await query('begin');
      const range = next();
      await seedEntries(query, range);
      await placeEntries(query, range);
      return runOf(
        { pids: [process.pid], postgresPid },
        {
          count,
          work: async () => {
            await query('commit');
            await until(
              'all entries are sealed',
              async () => ((await sealedSize(query)) >= range.to ? true : undefined),
              { withinMs: 120_000, everyMs: 20 },
            );
            return sealingSeconds(query, { count, after: range.from });
          },
        },
      );
    };

    await seal(); // warms it up, and is what is verified
    const file = join(world.servers.folder, 'export.ndjson');
    const verification = await exportEntries({ url, token: (await asAuditor(world))['authorization'], file });
    const auditor = startAuditor(stops, { profileFolder });
    const ceiling = await startCeiling('hashes', { entries: { file, count } });
    stops.add('the ceiling', () => ceiling.stop());
    const verify = () =>
      runOf(
        { pids: [auditor.pid], postgresPid },
        { count, work: () => secondsOf(() => auditor.verify(verification, count)) },
      );
    const hash = () => runOf({ pids: [ceiling.pid], postgresPid }, { count, work: () => runCeiling(ceiling) });
    await verify();
    await hash();
    const rows: Row[] = [
      { label: `seal ${rowsLabel(count)}`, ...(await alternate({ product: seal, ceiling: hash })) },
      { label: `verify ${rowsLabel(count)}`, ...(await alternate({ product: verify, ceiling: hash })) },
    ];
    return { rows, readings: [], checks: checksOf(rows, aim), ratioMin: aim.ratioMin };
  },
};

async function sealedSize(query: Query): Promise<number> {
  const [row] = await query('select coalesce(max(size), 0) as size from checkpoint');
  return Number(row?.['size']);
}

/**
 * The sealer looks once a second: how long it rests before its first batch is no matter of speed. So it is timed from its first
 * checkpoint on, and as if that batch had gone as the others did.
 */
async function sealingSeconds(query: Query, { count, after }: { count: number; after: number }): Promise<number> {
  const [row] = await query(
    `select extract(epoch from max(time) - min(time)) as seconds, max(size) - min(size) as sealed from checkpoint where size > $1`,
    [after],
  );
  const [seconds, sealed] = [Number(row?.['seconds']), Number(row?.['sealed'])];
  if (sealed === 0) throw new Error('too few entries to tell how fast they are sealed');
  return (seconds * count) / sealed;
}

/** An export as an auditor fetches it, with the newest checkpoint and the key. */
async function exportEntries(from: { url: string; token: string | undefined; file: string }): Promise<Verification> {
  const { url, token = '', file } = from;
  const entries = await fetch(`${url}/v1/journal/entries`, { headers: { authorization: token } });
  if (!entries.ok || entries.body === null) throw new Error(`there is no export: ${entries.status}`);
  await writeFile(file, entries.body);
  const newest = await fetch(`${url}/v1/journal/checkpoint`);
  const { checkpoint, verifierKey } = (await newest.json()) as { checkpoint: string; verifierKey: string }; // as its contract says
  return { path: file, key: verifierKey, checkpoints: [checkpoint] };
}
