import { setTimeout as pause } from 'node:timers/promises';
import { crashPoint, sharedRead } from '@rohnamo/journal';
import { type Arrival, hasEverySequence, keyOfSubject, type Subject, subjectOf } from './arrival.ts';
import { isTransient, reasonOf } from './failure.ts';
import { inOrderPerKey } from './in-order.ts';
import { type ParkedEvent, parkedEvents, type Taken } from './parked-events.ts';
import type { Subscription } from './transport.ts';
import { type Standing, verdictOf } from './verdict.ts';

/** Before the second try, the third, and so on; after the last, the event is parked. */
const usualPausesMs: readonly number[] = [50, 150, 500, 1300];
/** Events that one replay handles at most. */
const replayMax = 1000;

/** How a group takes what arrives. */
export interface Taker {
  /**
   * In the order of each subject. An event that fails again and again is parked, and so is one with something missing before it,
   * and what comes behind either of its subject; other subjects go on. When it returns, every event was handled or is parked.
   * @throws when something around it fails (a database, another service) that will be there again: to be called again with all.
   */
  take: (arrivals: readonly Arrival[]) => Promise<void>;
  /** Writes down what was taken. Only then may the transport forget it. */
  settle: () => Promise<void>;
}

export function takerOf(subscription: Subscription, { pausesMs = usualPausesMs } = {}): Taker {
  const { group, pool, handle, everyProcess = false } = subscription;
  const parked = parkedEvents(pool);
  const standingOf = sharedRead<string, Standing>((keys) => parked.standings(group, keys.map(subjectOfKey)));
  /** The last that was taken of each subject, as far as that is not written down. */
  const taken = new Map<string, Taken>();

  /** How the group stands with these, as written down and as taken since. */
  const standingsWith = async (keys: readonly string[]): Promise<Map<string, Standing>> => {
    const since = new Map(taken); // as it was before the look: what is settled meanwhile, the look may not have seen
    const found = await Promise.all(keys.map(standingOf));
    return new Map(
      keys.map((key, index) => {
        const { last = null, isQueued = false } = found[index] ?? {};
        return [key, { last: later(last, since.get(key)?.sequence), isQueued }];
      }),
    );
  };

  const take = async (arrivals: readonly Arrival[]): Promise<void> => {
    const standings = await standingsWith([...new Set(arrivals.map(keyOf))]);
    const standingWith = (arrival: Arrival): Standing => {
      const { last = null, isQueued = false } = standings.get(keyOf(arrival)) ?? {};
      return { last: hasEverySequence(arrival.topic) ? last : null, isQueued };
    };
    await inOrderPerKey(arrivals, keyOf, async (arrival) => {
      const { sequence } = arrival;
      const key = keyOf(arrival);
      let standing = standingWith(arrival);
      if (verdictOf(sequence, standing) === 'behind') {
        const outcome = await parked.enqueue(group, arrival);
        if (outcome === 'queued') return;
        standings.set(key, { last: later(outcome.last, taken.get(key)?.sequence), isQueued: false });
        standing = standingWith(arrival);
      }
      const verdict = verdictOf(sequence, standing);
      if (verdict === 'done') return;
      crashPoint('consume.before-effect');
      const failed =
        verdict === 'gap' ? { attempts: 0, reason: 'gap' } : await failureOf(arrival, { handle, pausesMs });
      if (failed === null) {
        standings.set(key, { last: sequence, isQueued: false });
        if (hasEverySequence(arrival.topic)) taken.set(key, { ...subjectOf(arrival), sequence });
        return;
      }
      await parked.park(group, arrival, failed);
      standings.set(key, { ...standing, isQueued: true });
      const type = arrival.kind === 'event' ? arrival.event.type : null;
      subscription.onParked?.({ group, ...subjectOf(arrival), sequence, type, reason: failed.reason });
    });
  };

  const settle = async (): Promise<void> => {
    if (taken.size === 0) return;
    const settled = new Map(taken);
    await parked.moveOn(group, [...settled.values()]);
    for (const [key, last] of settled) if (taken.get(key) === last) taken.delete(key);
  };

  /** It has no place and no queue of its own: it hears all again. */
  const hear = (arrivals: readonly Arrival[]): Promise<void> =>
    inOrderPerKey(arrivals, keyOf, async (arrival) => (arrival.kind === 'event' ? handle(arrival.event) : undefined));

  return everyProcess ? { take: hear, settle: () => Promise.resolve() } : { take, settle };
}

const keyOf = (arrival: Arrival): string => keyOfSubject(subjectOf(arrival));

const later = (one: number | null, other: number | undefined): number | null =>
  other === undefined || (one !== null && one > other) ? one : other;

/** {@link keyOfSubject}, read back: neither kind nor id has a blank in it. */
function subjectOfKey(key: string): Subject {
  const [kind, subject] = key.split(' ') as [Subject['kind'], string];
  return { kind, subject };
}

/** Why it fails every time; null once it succeeds, and for what has no effect here. @throws what is transient */
async function failureOf(
  arrival: Arrival,
  { handle, pausesMs }: Pick<Subscription, 'handle'> & { pausesMs: readonly number[] },
): Promise<{ attempts: number; reason: string } | null> {
  if (arrival.kind === 'unknown') return null;
  if (arrival.kind === 'unreadable') return { attempts: 1, reason: 'unreadable' };
  for (let tries = 0; ; tries++) {
    try {
      await handle(arrival.event);
      return null;
    } catch (error) {
      if (isTransient(error)) throw error;
      const pauseMs = pausesMs[tries];
      if (pauseMs === undefined) return { attempts: tries + 1, reason: reasonOf(error) };
      await pause(pauseMs);
    }
  }
}

/** What a replay did. */
export interface Replayed {
  /** Events that were handled, and are parked no more. */
  replayed: number;
  /** The first of each subject that failed again: the rest of that subject stays behind it. */
  failed: Pick<ParkedEvent, 'group' | 'kind' | 'subject' | 'sequence' | 'reason'>[];
}

/** What an operator can do about events that a service has parked. All of it can be repeated, by any replica, and while events come. */
export interface Parking {
  list: ReturnType<typeof parkedEvents>['list'];
  /** Parked events by group. */
  counts: () => Promise<Map<string, number>>;
  /**
   * Handles what is parked of these groups and these subjects, each subject in its order, a thousand at most. A subject that
   * another replay is at work on is left to it.
   */
  replay: (which: { [Name in 'group' | 'kind' | 'subject']?: string | undefined }) => Promise<Replayed>;
  /**
   * Takes one event out of its queue, undone for good; null where it is not parked. What is behind it waits for a replay. Without a
   * kind, `ambiguous` where events of several kinds are parked under that id.
   */
  discard: (which: ParkedKey) => Promise<ParkedEvent | null | 'ambiguous'>;
}

/** Names a parked event. The kind can be left out where the id is that of one thing alone. */
export interface ParkedKey {
  group: string;
  kind?: string | undefined;
  subject: string;
  sequence: number;
}

export function createParking({
  pool,
  subscriptions,
}: Pick<Subscription, 'pool'> & { subscriptions: readonly Subscription[] }): Parking {
  const parked = parkedEvents(pool);

  const replaySubject = async (subscription: Subscription, subject: Subject, done: Replayed): Promise<void> => {
    const { group, handle } = subscription;
    await parked.exclusively({ group, ...subject }, async () => {
      while (done.replayed < replayMax) {
        const first = await parked.first({ group, ...subject });
        if (first === null) return;
        const { sequence, arrival } = first;
        if (arrival !== null && arrival.kind !== 'unreadable' && arrival.sequence !== sequence) {
          await parked.move({ group, ...subject, sequence }, arrival);
          continue;
        }
        const reason = await failureNow(arrival, handle);
        if (reason !== null) {
          await parked.failedAgain({ group, ...subject, sequence }, reason);
          done.failed.push({ group, ...subject, sequence, reason });
          return;
        }
        await parked.remove({ group, ...subject, sequence });
        done.replayed++;
      }
    });
  };

  return {
    list: parked.list,
    counts: parked.counts,
    async discard({ group, sequence, ...which }) {
      const [one, ...others] = await parked.subjects({ group, sequence, ...which });
      if (others.length > 0) return 'ambiguous';
      return one === undefined ? null : parked.remove({ group, ...one, sequence });
    },
    async replay({ group, ...which }) {
      const done: Replayed = { replayed: 0, failed: [] };
      for (const subscription of subscriptions.filter((each) => group === undefined || each.group === group))
        for (const each of await parked.subjects({ group: subscription.group, ...which }))
          await replaySubject(subscription, each, done);
      return done;
    },
  };
}

/** Why it fails now; null when it succeeds, and for what has no effect here. */
async function failureNow(arrival: Arrival | null, handle: Subscription['handle']): Promise<string | null> {
  if (arrival?.kind === 'unreadable') return 'unreadable';
  if (arrival?.kind !== 'event') return null;
  return handle(arrival.event).then(() => null, reasonOf);
}
