import { type TopicName, topicOf } from '@rohnamo/contracts';
import { type Journal, readFeed, startWorker } from '@rohnamo/journal';
import type { Pool } from 'pg';
import { arrivalOf } from './arrival.ts';
import { eventOf } from './journal-event.ts';
import { takerOf } from './parking.ts';
import type { Subscription, Transport } from './transport.ts';

const batchMax = 200;
const pollIntervalMs = 500;

interface Group {
  subscription: Subscription;
  onError: (error: unknown) => void;
}

interface Follower extends Group {
  journal: Journal;
  stop: () => Promise<void>;
}

/** Where the services of one process meet: who publishes, who listens, and who follows whom. */
export interface Exchange {
  readonly journals: Set<Journal>;
  readonly groups: Set<Group>;
  readonly followers: Set<Follower>;
}

export const createExchange = (): Exchange => ({ journals: new Set(), groups: new Set(), followers: new Set() });

/**
 * The transport of a single machine without a broker: all services live in one process, and each group follows each journal
 * from a place of its own, kept in the group's database. A group that fails holds up nobody else. Each service has a transport
 * of its own on the exchange that they share, and stops what it brought there: its journal, and its groups.
 */
export function inProcessTransport({
  onError,
  exchange = createExchange(),
}: {
  onError: (error: unknown) => void;
  exchange?: Exchange;
}): Transport {
  const own = { journals: new Set<Journal>(), subscriptions: new Set<Subscription>() };
  const follow = (journal: Journal, group: Group, onIdle = () => {}) =>
    void exchange.followers.add(startFollower({ journal, ...group, onIdle }));

  return {
    async publish(journal) {
      own.journals.add(journal);
      exchange.journals.add(journal);
      for (const group of exchange.groups) follow(journal, group);
    },
    async subscribe(subscription) {
      const group = { subscription, onError };
      own.subscriptions.add(subscription);
      exchange.groups.add(group);
      const unheard = new Set(exchange.journals);
      if (unheard.size === 0) subscription.onCaughtUp?.();
      for (const journal of exchange.journals)
        follow(journal, group, () => {
          if (unheard.delete(journal) && unheard.size === 0) subscription.onCaughtUp?.();
        });
    },
    ready: () => Promise.resolve(true),
    async stop() {
      const isOwn = ({ journal, subscription }: Partial<Follower>) =>
        (journal && own.journals.has(journal)) || (subscription && own.subscriptions.has(subscription));
      for (const journal of own.journals) exchange.journals.delete(journal);
      for (const group of exchange.groups) if (isOwn(group)) exchange.groups.delete(group);
      const ending = [...exchange.followers].filter(isOwn);
      await Promise.all(ending.map((follower) => follower.stop()));
      for (const follower of ending) exchange.followers.delete(follower);
    },
  };
}

/** @param onIdle told each time it has heard all that the journal holds */
function startFollower({
  journal,
  subscription,
  onError,
  onIdle,
}: Group & { journal: Journal; onIdle: () => void }): Follower {
  const { group, topics, pool, everyProcess = false } = subscription;
  const name = `${group} of ${journal.service}`;
  const wanted = new Set<TopicName>(topics);
  const taker = takerOf(subscription);
  let position: number | null = everyProcess ? 0 : null;

  const step = async () => {
    position ??= await positionOf(pool, name);
    const entries = await readFeed(journal.pool, { after: position, limit: batchMax });
    const last = entries.at(-1);
    if (last === undefined) {
      onIdle();
      return 'idle';
    }
    const checkpoint = await journal.publishedCheckpoint();
    const events = entries
      .map((entry) => eventOf(journal.source, entry, checkpoint))
      .filter((event) => event !== null && wanted.has(topicOf(event.type)));
    await taker.take(events.filter((event) => event !== null).map(arrivalOf));
    await taker.settle();
    if (!everyProcess)
      await pool.query(
        'insert into follower (name, position) values ($1, $2) on conflict (name) do update set position = excluded.position',
        [name, last.position],
      );
    position = last.position;
    return 'more';
  };
  const worker = startWorker({ step, pauseMs: pollIntervalMs, onError });
  const unlisten = journal.onPlaced(() => worker.wake());
  return {
    journal,
    subscription,
    onError,
    async stop() {
      unlisten();
      await worker.stop();
    },
  };
}

async function positionOf(pool: Pool, name: string): Promise<number> {
  const { rows } = await pool.query<{ position: string }>('select position from follower where name = $1', [name]);
  return Number(rows[0]?.position ?? 0);
}
