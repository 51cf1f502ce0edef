import type { JournalEvent } from '@rohnamo/contracts';
import {
  crashPoint,
  createLease,
  type Held,
  type Journal,
  leadership,
  readFeed,
  recentRead,
  startWorker,
  stillLeading,
  type Worker,
} from '@rohnamo/journal';
import { eventOf } from './journal-event.ts';

const batchMax = 500;
const pollIntervalMs = 500;
/** How often the position is written down while entries come; what was sent since is sent again after a crash. */
const rememberEveryMs = 100;
/** A checkpoint is published once a second at most: so old may be the one that an event carries. */
const checkpointAgeMs = 250;

/**
 * Sends a journal's entries on by position, one batch at a time, and moves its own position after they have arrived. Entries may
 * be sent twice (a crash in between, a leader deposed): consumers ignore what is not newer.
 */
export function startRelay({
  journal,
  send,
  onError,
}: {
  journal: Journal;
  /** Resolves when all of them have safely arrived. */
  send: (events: JournalEvent[]) => Promise<void>;
  onError: (error: unknown) => void;
}): Worker {
  const { pool } = journal;
  const leading = leadership(createLease({ pool, name: 'relay' }));
  let held: Held | null = null;
  /** Up to where everything has arrived, and how much of that is remembered: looks, which nobody is told of, may be read again. */
  let position: number | null = null;
  let remembered: number | null = null;
  let rememberedAt = 0;
  const recentCheckpoint = recentRead(checkpointAgeMs, () => journal.publishedCheckpoint());

  const remember = async (leader: Held): Promise<void> => {
    if (remembered === position || position === null) return;
    rememberedAt = performance.now();
    if (await moveTo(journal, position, leader)) remembered = position;
    else {
      leading.lost();
      held = null;
    }
    crashPoint('relay.after-move');
  };

  const step = async () => {
    const before = held;
    held = await leading.lead();
    if (held === null) return 'idle';
    if (before?.epoch !== held.epoch) position = null;
    if (position === null) position = remembered = await relayPosition(journal);
    const entries = await readFeed(pool, { after: position, limit: batchMax });
    const last = entries.at(-1);
    if (last === undefined) {
      await remember(held);
      return 'idle';
    }
    const checkpoint = await recentCheckpoint();
    const events = entries.map((entry) => eventOf(journal.source, entry, checkpoint)).filter((event) => event !== null);
    if (events.length > 0) {
      crashPoint('relay.before-produce');
      await send(events);
      crashPoint('relay.after-produce');
    }
    position = last.position;
    if (events.length > 0 && performance.now() - rememberedAt >= rememberEveryMs) await remember(held);
    return entries.length === batchMax ? 'more' : 'idle';
  };

  const worker = startWorker({ step, pauseMs: pollIntervalMs, onError });
  const unlisten = journal.onPlaced(() => worker.wake());
  return {
    wake: worker.wake,
    async stop() {
      unlisten();
      await worker.stop();
      if (held !== null) await remember(held);
      await leading.release();
    },
  };
}

async function relayPosition({ pool }: Journal): Promise<number> {
  const { rows } = await pool.query<{ position: string }>("select position from follower where name = 'relay'");
  return Number(rows[0]?.position ?? 0);
}

/** False when another leads by now. */
async function moveTo({ pool }: Journal, position: number, held: Held): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'move relay',
    text: `insert into follower (name, position) select 'relay', $1 where ${stillLeading(2)} on conflict (name) do update set position = excluded.position`,
    values: [position, held.name, held.holder, held.epoch],
  });
  return rowCount === 1;
}
