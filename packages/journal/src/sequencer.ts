import type { Pool } from 'pg';
import { crashPoint } from './crash-point.ts';
import { leadership, type Lease, stillLeading } from './lease.ts';
import { startWorker, type Worker } from './worker.ts';

/** Stands in the statement itself: of a parameter, Postgres assumes a tenth of all that waits, and then reads all entries to find these. */
const batchMax = 1000;
/** Commits that follow one another within this time are placed together, and published together; a lone one is placed at once. */
const apartMs = 10;

/**
 * Gives committed entries their positions, contiguous from 1, in the order in which they are found. One leads at a time; a
 * deposed leader's statement finds its epoch gone, and the primary key of `place` stands behind that.
 */
export function startSequencer({
  pool,
  lease,
  onPlaced,
  onError,
  pollIntervalMs = 250,
}: {
  pool: Pool;
  lease: Lease;
  /** Told the newest position after each batch. */
  onPlaced: (position: number) => void;
  onError: (error: unknown) => void;
  pollIntervalMs?: number;
}): Worker {
  const leading = leadership(lease);
  let isBacklog = false;

  const step = async () => {
    const held = await leading.lead();
    if (held === null) return 'idle';
    crashPoint('sequence.before-commit');
    const { rows } = await pool.query<{ placed: number; last: string | null; isLeading: boolean }>({
      // Postgres keeps a plan for each name: one that is made for the few that usually wait reads all of the many in a backlog.
      name: isBacklog ? 'place a backlog' : 'place entries',
      text: `with leads as materialized (select 1 as yes where ${stillLeading(1)}),
        taken as (delete from unplaced where ctid = any (array(select unplaced.ctid from unplaced, leads order by "order" limit ${batchMax})) returning "order", id),
        placed as (insert into place (position, id, audience)
          select (select coalesce(max(position), 0) from place) + row_number() over (order by "order"), id,
            (select audience from entry where entry.id = taken.id) -- by its index, whatever the planner knows of a table that grows as fast
          from taken returning position)
        select count(*)::int as placed, max(position) as last, exists (select from leads) as "isLeading" from placed`,
      values: [held.name, held.holder, held.epoch],
    });
    const { placed, last, isLeading } = rows[0]!;
    if (placed > 0) crashPoint('sequence.after-commit');
    if (!isLeading) leading.lost();
    if (last !== null) onPlaced(Number(last));
    isBacklog = placed === batchMax;
    return isBacklog ? 'more' : 'idle';
  };

  const worker = startWorker({ step, pauseMs: pollIntervalMs, apartMs, onError });
  return {
    wake: worker.wake,
    async stop() {
      await worker.stop();
      await leading.release();
    },
  };
}
