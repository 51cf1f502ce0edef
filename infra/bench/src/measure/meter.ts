import type { Figures } from './figures.ts';
import { cpuSecondsOf, rssMbOf, treeCpuSecondsOf } from './processes.ts';

/** The processes that are watched while one side works. */
export interface Watched {
  /** Of the side itself; what they use is told together. */
  pids: readonly number[];
  postgresPid: number | null;
}

type Used = Pick<Figures, 'nodeCpuUs' | 'postgresCpuUs' | 'rssMb'>;

/** Begins to measure. What it answers ends the measuring and tells what each of so many has cost. */
export function startMeter({ pids, postgresPid }: Watched): (done: number) => Used {
  const cpu = () => ({ node: sum(pids.map(cpuSecondsOf)), postgres: treeCpuSecondsOf(postgresPid) });
  const before = cpu();
  return (done) => {
    const after = cpu();
    const microsecondsEach = (from: number | null, to: number | null) =>
      from === null || to === null ? null : ((to - from) * 1e6) / done;
    return {
      nodeCpuUs: microsecondsEach(before.node, after.node),
      postgresCpuUs: microsecondsEach(before.postgres, after.postgres),
      rssMb: sum(pids.map(rssMbOf)),
    };
  };
}

/** `null` where any value cannot be told. */
export const sum = (values: readonly (number | null)[]): number | null =>
  values.reduce((total, value) => (total === null || value === null ? null : total + value), 0);
