import { until } from '@rohnamo/launch';
import { checksOf } from '../measure/aim.ts';
import type { Row } from '../measure/figures.ts';
import { runOf, secondsOf } from '../measure/run.ts';
import { alternate } from '../measure/turn.ts';
import { runCeiling, startCeiling } from '../world/ceilings.ts';
import { queueEntries, seedEntries } from '../world/seed-entries.ts';
import { type Query, setStage, vacuumFilled } from '../world/stage.ts';
import { newTopicPrefix } from '../world/world.ts';
import { rangesOf, rowCountOf, rowsLabel } from './backlog.ts';
import type { HotPath } from './path.ts';

const aim = { ratioMin: 0.6 };

export const journal: HotPath = {
  name: 'journal',
  title: 'A backlog of entries, placed and relayed to Kafka',
  about:
    'Entries wait all at once, and the service places, seals and relays them. The ceiling: a select of the next while kafkajs sends the last, with the same keys, values and headers; nothing is placed, sealed or remembered.',
  async measure(bench) {
    const { world, stops, profileFolder } = bench;
    const count = rowCountOf(bench);
    const next = rangesOf(count);
    const stage = await setStage(world, {
      services: ['referral'],
      seed: { referral: (query) => seedEntries(query, next()) }, // for the ceiling: the service is not told of them
      profileFolder,
    });
    stops.add('the services', () => stage.stop());
    const ceiling = await startCeiling('relay', {
      databaseUrl: stage.ceilingUrl('referral'),
      brokers: world.servers.brokers,
      topic: newTopicPrefix(),
    });
    stops.add('the ceiling', () => ceiling.stop());
    const postgresPid = world.servers.pids.postgres;
    const query = stage.query('referral');

    const product = async () => {
      await query('begin');
      const range = next();
      await seedEntries(query, range);
      await queueEntries(query, range);
      const placed = await relayPosition(query);
      const figures = await runOf(
        { pids: [stage.serviceOf('referral').process.pid], postgresPid },
        {
          count,
          work: () =>
            secondsOf(async () => {
              await query('commit');
              await until(
                'the backlog is relayed',
                async () => ((await relayPosition(query)) >= placed + count ? true : undefined),
                { withinMs: 120_000, everyMs: 20 },
              );
            }),
        },
      );
      await vacuumFilled(query); // as the autovacuum of a server does that has more time between
      return figures;
    };
    const sendAll = () => runOf({ pids: [ceiling.pid], postgresPid }, { count, work: () => runCeiling(ceiling) });

    await sendAll();
    const rows: Row[] = [{ label: rowsLabel(count), ...(await alternate({ product, ceiling: sendAll })) }];
    return { rows, readings: [], checks: checksOf(rows, aim), ratioMin: aim.ratioMin };
  },
};

async function relayPosition(query: Query): Promise<number> {
  const [row] = await query("select coalesce(max(position), 0) as position from follower where name = 'relay'");
  return Number(row?.['position'] ?? 0);
}
