import { setTimeout as pause } from 'node:timers/promises';
import { crashPoint, sharedRead } from '@rohnamo/journal';
import { type Arrival, hasEverySequence } from './arrival.ts';
import { isTransient, reasonOf } from './failure.ts';
import { inOrderPerKey } from './in-order.ts';
import { type ParkedEvent, parkedEvents } from './parked-events.ts';
import type { Subscription } from './transport.ts';
import { type Standing, verdictOf } from './verdict.ts';

/** Before the second try, the third, and so on; after the last, the event is parked. */
const pausesMs = [50, 150, 500, 1300];
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

export function takerOf(subscription: Subscription): Taker {
  const { group, pool, handle, everyProcess = false } = subscription;
  const parked = parkedEvents(pool);
  const standingOf = sharedRead<string, Standing>((subjects) => parked.standings(group, subjects));
  /** The last sequence taken of each subject, as far as that is not written down. */
  const taken = new Map<string, number>();

  /** How the group stands with these, as written down and as taken since. */
  const standingsWith = async (subjects: readonly string[]): Promise<Map<string, Standing>> => {
    const since = new Map(taken); // as it was before the look: what is settled meanwhile, the look may not have seen
    const found = await Promise.all(subjects.map(standingOf));
    return new Map(
      subjects.map((subject, index) => {
        const { last = null, isQueued = false } = found[index] ?? {};
        return [subject, { last: later(last, since.get(subject)), isQueued }];
      }),
    );
  };

  const take = async (arrivals: readonly Arrival[]): Promise<void> => {
    const standings = await standingsWith([...new Set(arrivals.map(subjectOf))]);
    const standingWith = ({ topic, subject }: Arrival): Standing => {
      const { last = null, isQueued = false } = standings.get(subject) ?? {};
      return { last: hasEverySequence(topic) ? last : null, isQueued };
    };
    await inOrderPerKey(arrivals, subjectOf, async (arrival) => {
      const { subject, sequence } = arrival;
      let standing = standingWith(arrival);
      if (verdictOf(sequence, standing) === 'behind') {
        const outcome = await parked.enqueue(group, arrival);
        if (outcome === 'queued') return;
        standings.set(subject, { last: later(outcome.last, taken.get(subject)), isQueued: false });
        standing = standingWith(arrival);
      }
      const verdict = verdictOf(sequence, standing);
      if (verdict === 'done') return;
      crashPoint('consume.before-effect');
      const failed = verdict === 'gap' ? { attempts: 0, reason: 'gap' } : await failureOf(arrival, handle);
      if (failed === null) {
        standings.set(subject, { last: sequence, isQueued: false });
        if (hasEverySequence(arrival.topic)) taken.set(subject, sequence);
        return;
      }
      await parked.park(group, arrival, failed);
      standings.set(subject, { ...standing, isQueued: true });
      const type = arrival.kind === 'event' ? arrival.event.type : null;
      subscription.onParked?.({ group, subject, sequence, type, reason: failed.reason });
    });
  };

  const settle = async (): Promise<void> => {
    if (taken.size === 0) return;
    const settled = new Map(taken);
    await parked.moveOn(group, settled);
    for (const [subject, sequence] of settled) if (taken.get(subject) === sequence) taken.delete(subject);
  };

  /** It has no place and no queue of its own: it hears all again. */
  const hear = (arrivals: readonly Arrival[]): Promise<void> =>
    inOrderPerKey(arrivals, subjectOf, async (arrival) =>
      arrival.kind === 'event' ? handle(arrival.event) : undefined,
    );

  return everyProcess ? { take: hear, settle: () => Promise.resolve() } : { take, settle };
}

const subjectOf = ({ subject }: Arrival): string => subject;

const later = (one: number | null, other: number | undefined): number | null =>
  other === undefined || (one !== null && one > other) ? one : other;

/** Why it fails every time; null once it succeeds, and for what has no effect here. @throws what is transient */
async function failureOf(
  arrival: Arrival,
  handle: Subscription['handle'],
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
  failed: Pick<ParkedEvent, 'group' | 'subject' | 'sequence' | 'reason'>[];
}

/** What an operator can do about events that a service has parked. All of it can be repeated, by any replica, and while events come. */
export interface Parking {
  list: ReturnType<typeof parkedEvents>['list'];
  /** Parked events by group. */
  counts: () => Promise<Map<string, number>>;
  /**
   * Handles what is parked of these groups and this subject, each subject in its order, a thousand at most. A subject that another
   * replay is at work on is left to it.
   */
  replay: (which: { group?: string | undefined; subject?: string | undefined }) => Promise<Replayed>;
  /** Takes one event out of its queue, undone for good; null where it is not parked. What is behind it waits for a replay. */
  discard: (which: { group: string; subject: string; sequence: number }) => Promise<ParkedEvent | null>;
}

export function createParking({
  pool,
  subscriptions,
}: Pick<Subscription, 'pool'> & { subscriptions: readonly Subscription[] }): Parking {
  const parked = parkedEvents(pool);

  const replaySubject = async (subscription: Subscription, subject: string, done: Replayed): Promise<void> => {
    const { group, handle } = subscription;
    await parked.exclusively({ group, subject }, async () => {
      while (done.replayed < replayMax) {
        const first = await parked.first({ group, subject });
        if (first === null) return;
        const { sequence, arrival } = first;
        if (arrival !== null && arrival.kind !== 'unreadable' && arrival.sequence !== sequence) {
          await parked.move({ group, subject, sequence }, arrival);
          continue;
        }
        const reason = await failureNow(arrival, handle);
        if (reason !== null) {
          await parked.failedAgain({ group, subject, sequence }, reason);
          done.failed.push({ group, subject, sequence, reason });
          return;
        }
        await parked.remove({ group, subject, sequence });
        done.replayed++;
      }
    });
  };

  return {
    list: parked.list,
    counts: parked.counts,
    discard: parked.remove,
    async replay({ group, subject }) {
      const done: Replayed = { replayed: 0, failed: [] };
      for (const subscription of subscriptions.filter((each) => group === undefined || each.group === group))
        for (const each of subject === undefined ? await parked.subjects(subscription.group) : [subject])
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
