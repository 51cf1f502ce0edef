import { until } from '@rohnamo/launch';
import { request } from 'undici';
import { checksOf } from '../measure/aim.ts';
import type { Row } from '../measure/figures.ts';
import { runOf, secondsOf } from '../measure/run.ts';
import { alternate } from '../measure/turn.ts';
import { startCeiling } from '../world/ceilings.ts';
import { defaultTheRest, returneesCsv, sourceSystem } from '../world/returnees.ts';
import { setStage } from '../world/stage.ts';
import { rangesOf, rowCountOf, rowsLabel } from './backlog.ts';
import { asReferrer } from './clients.ts';
import type { HotPath } from './path.ts';

const aim = { ratioMin: 0.2 };
const uploadPath = `/v1/intake-batches?sourceSystem=${sourceSystem}&confirmNewSource=true`;

export const intake: HotPath = {
  name: 'intake',
  title: 'POST /v1/intake-batches, a CSV file until its batch is finished',
  about:
    'New people: each row read, kept, checked, its person looked for, written with an entry of its own, in commits of 500 rows; placing, sealing and relaying go on meanwhile. The ceiling: the bytes of the file into the table of people by one COPY, with what the file does not say as columns’ defaults.',
  async measure(bench) {
    const { world, stops, profileFolder, concurrency = [1] } = bench;
    const stage = await setStage(world, { services: ['registry'], profileFolder });
    stops.add('the services', () => stage.stop());
    const ceiling = await startCeiling('copy', { databaseUrl: stage.ceilingUrl('registry') });
    stops.add('the ceiling', () => ceiling.stop());
    await stage.onCeiling('registry', defaultTheRest);
    const registry = stage.serviceOf('registry');
    const query = stage.query('registry');
    const postgresPid = world.servers.pids.postgres;
    const total = rowCountOf(bench);

    const rows: Row[] = [];
    let taken = 0;
    for (const files of concurrency) {
      const count = Math.ceil(total / files);
      const next = rangesOf(count, taken);
      const filesOf = () => Array.from({ length: files }, () => returneesCsv(next()));
      const product = async () => {
        const headers = { ...(await asReferrer(world)), 'content-type': 'text/csv' };
        const bodies = filesOf();
        return runOf(
          { pids: [registry.process.pid], postgresPid },
          {
            count: count * files,
            work: () =>
              secondsOf(async () => {
                await Promise.all(bodies.map((body) => push(`${registry.url}${uploadPath}`, { headers, body })));
                await until(
                  'all batches are finished',
                  async () => ((await query(openBatches)).length === 0 ? true : undefined),
                  { withinMs: 180_000, everyMs: 20 },
                );
              }),
            settle: () => stage.settle('registry'),
          },
        );
      };
      const bare = async () => {
        const bodies = filesOf();
        return runOf(
          { pids: [ceiling.pid], postgresPid },
          {
            count: count * files,
            work: () =>
              secondsOf(async () => {
                // One after another: COPY has the connection for itself.
                for (const body of bodies)
                  await push(`${ceiling.url}${uploadPath}`, { headers: { 'content-type': 'text/csv' }, body });
              }),
          },
        );
      };
      const figures = await alternate({ product, ceiling: bare });
      taken = next().to;
      rows.push({ label: files === 1 ? rowsLabel(count) : `${files} × ${rowsLabel(count)}`, ...figures });
    }
    const refused = Number((await query('select count(*) as count from intake_error'))[0]?.['count']);
    const [figures] = rows;
    if (refused > 0 && figures !== undefined) figures.product.failures += refused;
    return { rows, readings: [], checks: checksOf(rows, aim), ratioMin: aim.ratioMin };
  },
};

const openBatches = 'select from intake_batch where finished_at is null limit 1';

/** Pushes a file that is in memory already. */
async function push(url: string, { headers, body }: { headers: Record<string, string>; body: Buffer }): Promise<void> {
  const response = await request(url, { method: 'POST', headers, body });
  const text = await response.body.text();
  if (response.statusCode !== 202) throw new Error(`the file was answered with ${response.statusCode}: ${text}`);
}
