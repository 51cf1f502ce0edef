import type { JournalEvent, TopicName } from '@rohnamo/contracts';
import type { Journal } from '@rohnamo/journal';
import type { Pool } from 'pg';
import type { ParkedEvent } from './parked-events.ts';

/** What a consumer group does with the events of some topics. */
export interface Subscription {
  /** The group's name: its members share the work, and its place is remembered under it. */
  group: string;
  topics: readonly TopicName[];
  /**
   * The effect of one event. It may be called again with the same event, so it must be safe to repeat: it records with
   * `consumed`. The events of one subject come one after another, in order.
   * @throws to be called again. With an error that passes by itself (no connection; code dependency-unavailable, overloaded,
   * outcome-unknown) as long as it takes; with any other a few times, then the event is parked, and those of its subject behind it.
   */
  handle: (event: JournalEvent) => Promise<void>;
  /** The consumer's own database, where events are parked, and where a transport without a broker keeps the group's place. */
  pool: Pool;
  /** Told when an event was parked, for somebody must see to it. Not of those that queue behind it. */
  onParked?: (parked: Pick<ParkedEvent, 'group' | 'kind' | 'subject' | 'sequence' | 'type' | 'reason'>) => void;
  /** Each process hears everything, from the oldest event on, at each start: nothing is shared, parked, or remembered. */
  everyProcess?: boolean;
  /** Of such a one alone: told, once or again, when all has been heard that there was when it began. */
  onCaughtUp?: () => void;
}

/**
 * The way from journals to consumers. Both adapters keep one conformance suite. None of it waits for a broker that is away: what is
 * to travel does.
 */
export interface Transport {
  /** Publishes what a journal places, from where it left off, until stopped. */
  publish(journal: Journal): Promise<void>;
  /** Begins at the oldest event that the transport has, or where the group left off. */
  subscribe(subscription: Subscription): Promise<void>;
  /** Whether it can be reached now. */
  ready(): Promise<boolean>;
  /** Finishes what is under way and remembers every place. */
  stop(): Promise<void>;
}
