import { type TopicName, topicOf } from '@rohnamo/contracts';
import { type Journal, readFeed, startWorker, type Worker } from '@rohnamo/journal';
import type { Pool } from 'pg';
import { inOrderPerKey } from './in-order.ts';
import { eventOf } from './journal-event.ts';
import type { Subscription, Transport } from './transport.ts';

const batchMax = 200;
const pollIntervalMs = 500;

/**
 * The transport of a single machine without a broker: all services live in one process, and each group follows each journal
 * from a place of its own, kept in the group's database. A group that fails holds up nobody else.
 */
export function inProcessTransport({ onError }: { onError: (error: unknown) => void }): Transport {
  const journals: Journal[] = [];
  const subscriptions: Subscription[] = [];
  const followers: Worker[] = [];
  const unlisten: (() => void)[] = [];

  const follow = (journal: Journal, subscription: Subscription): void => {
    const worker = startFollower({ journal, subscription, onError });
    followers.push(worker);
    const stopListening = journal.onPlaced(() => worker.wake());
    unlisten.push(() => void stopListening());
  };

  return {
    async publish(journal) {
      journals.push(journal);
      for (const subscription of subscriptions) follow(journal, subscription);
    },
    async subscribe(subscription) {
      subscriptions.push(subscription);
      for (const journal of journals) follow(journal, subscription);
    },
    ready: () => Promise.resolve(true),
    async stop() {
      unlisten.forEach((stopListening) => stopListening());
      await Promise.all(followers.map((follower) => follower.stop()));
    },
  };
}

function startFollower({
  journal,
  subscription: { group, topics, handle, pool },
  onError,
}: {
  journal: Journal;
  subscription: Subscription;
  onError: (error: unknown) => void;
}): Worker {
  const name = `${group} of ${journal.service}`;
  const wanted = new Set<TopicName>(topics);
  let position: number | null = null;

  const step = async () => {
    position ??= await positionOf(pool, name);
    const entries = await readFeed(journal.pool, { after: position, limit: batchMax });
    const last = entries.at(-1);
    if (last === undefined) return 'idle';
    const checkpoint = await journal.newestCheckpoint();
    const events = entries
      .map((entry) => eventOf(journal.source, entry, checkpoint))
      .filter((event) => event !== null && wanted.has(topicOf(event.type)));
    await inOrderPerKey(
      events.filter((event) => event !== null),
      ({ subject }) => subject,
      handle,
    );
    await pool.query(
      'insert into follower (name, position) values ($1, $2) on conflict (name) do update set position = excluded.position',
      [name, last.position],
    );
    position = last.position;
    return 'more';
  };
  return startWorker({ step, pauseMs: pollIntervalMs, onError });
}

async function positionOf(pool: Pool, name: string): Promise<number> {
  const { rows } = await pool.query<{ position: string }>('select position from follower where name = $1', [name]);
  return Number(rows[0]?.position ?? 0);
}
