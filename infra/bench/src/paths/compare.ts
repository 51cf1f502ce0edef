import type { ServiceName } from '@rohnamo/launch';
import { type Aim, checksOf } from '../measure/aim.ts';
import type { Row } from '../measure/figures.ts';
import { alternate, type Numbers, type Side, turnOf } from '../measure/turn.ts';
import type { Shot } from '../load/load.ts';
import { startCeiling } from '../world/ceilings.ts';
import { type Query, setStage } from '../world/stage.ts';
import type { Bench, Measured } from './path.ts';

const warmUp = { concurrency: 16, secondsMin: 1 };

export interface Comparison {
  service: ServiceName;
  /** The ceiling's name. */
  ceiling: string;
  seed: (query: Query) => Promise<void>;
  /** Changes the ceiling's copy of the database. */
  readyCeiling?: (query: Query) => Promise<void>;
  /** What the load sends to either, with a new token. */
  shot: () => Promise<Shot>;
  numbers: Numbers;
  concurrency: readonly number[];
  aim: Omit<Aim, 'at'> & { at: readonly number[] };
}

export const labelOf = (concurrency: number): string => `c = ${concurrency}`;

/** Measures one request of one service beside its ceiling, at each number of callers. */
export async function compare(bench: Bench, plan: Comparison): Promise<Measured> {
  const { world, load, seconds, stops, profileFolder } = bench;
  const stage = await setStage(world, { services: [plan.service], seed: { [plan.service]: plan.seed }, profileFolder });
  stops.add('the services', () => stage.stop());
  if (plan.readyCeiling) await stage.onCeiling(plan.service, plan.readyCeiling);
  const ceilingProcess = await startCeiling(plan.ceiling, { databaseUrl: stage.ceilingUrl(plan.service) });
  stops.add('the ceiling', () => ceilingProcess.stop());
  const service = stage.serviceOf(plan.service);
  const product: Side = {
    url: service.url,
    pid: service.process.pid,
    shot: await plan.shot(),
    numbers: { ...plan.numbers },
    settle: () => stage.settle(plan.service),
  };
  const ceiling: Side = {
    url: ceilingProcess.url,
    pid: ceilingProcess.pid,
    shot: product.shot,
    numbers: { ...plan.numbers },
  };
  const measuring = { load, postgresPid: world.servers.pids.postgres };
  const turn = (side: Side, concurrency: number) => turnOf(measuring, side, { concurrency, seconds });

  for (const side of [product, ceiling])
    await turnOf(measuring, side, { ...warmUp, seconds: Math.max(seconds / 2, warmUp.secondsMin) });
  const rows: Row[] = [];
  for (const concurrency of bench.concurrency ?? plan.concurrency) {
    product.shot = ceiling.shot = await plan.shot(); // its token lives five minutes
    const figures = await alternate({
      product: () => turn(product, concurrency),
      ceiling: () => turn(ceiling, concurrency),
    });
    rows.push({ label: labelOf(concurrency), ...figures });
  }
  return {
    rows,
    readings: [],
    checks: checksOf(rows, { ...plan.aim, at: plan.aim.at.map(labelOf) }),
    ratioMin: plan.aim.ratioMin ?? null,
  };
}
