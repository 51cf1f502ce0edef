import { setTimeout as pause } from 'node:timers/promises';
import type { JournalEvent } from '@rohnamo/contracts';
import { isTransient, reasonOf } from './failure.ts';
import { inOrderPerKey } from './in-order.ts';
import { type ParkedEvent, parkedEvents } from './parked-events.ts';
import type { Subscription } from './transport.ts';

/** Before the second try, the third, and so on; after the last, the event is parked. */
const pausesMs = [50, 150, 500, 1300];
/** Events that one replay handles at most. */
const replayMax = 1000;

/**
 * Has a group take some events, in the order of each subject. An event that fails again and again is parked, and so is what
 * comes behind it of its subject; other subjects go on. When it returns, every event was handled or is parked.
 * @throws when something around it fails (a database, another service) that will be there again: to be called again with all.
 */
export async function takeEvents(subscription: Subscription, events: readonly JournalEvent[]): Promise<void> {
  const { group, pool, handle, everyProcess = false } = subscription;
  const subjectOf = ({ subject }: JournalEvent) => subject;
  if (everyProcess) return inOrderPerKey(events, subjectOf, handle); // no place and no queue of its own: it hears all again
  if (events.length === 0) return;
  const parked = parkedEvents(pool);
  const queued = await parked.queued(group, [...new Set(events.map(subjectOf))]);
  await inOrderPerKey(events, subjectOf, async (event) => {
    if (queued.has(event.subject) && (await parked.enqueue(group, event))) return;
    queued.delete(event.subject);
    const reason = await failureOf(() => handle(event));
    if (reason === null) return;
    await parked.park(group, event, { attempts: pausesMs.length + 1, reason });
    queued.add(event.subject);
    const { subject, sequence, type } = event;
    subscription.onParked?.({ group, subject, sequence, type, reason });
  });
}

/** Why it fails every time; null once it succeeds. @throws what is transient */
async function failureOf(effect: () => Promise<void>): Promise<string | null> {
  for (let tries = 0; ; tries++) {
    try {
      await effect();
      return null;
    } catch (error) {
      if (isTransient(error)) throw error;
      const pauseMs = pausesMs[tries];
      if (pauseMs === undefined) return reasonOf(error);
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
        const event = await parked.first({ group, subject });
        if (event === null) return;
        const { sequence } = event;
        try {
          await handle(event);
        } catch (error) {
          const reason = reasonOf(error);
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
