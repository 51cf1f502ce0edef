import type { JournalEvent, TopicName } from '@rohnamo/contracts';
import type { Journal } from '@rohnamo/journal';
import type { Pool } from 'pg';

/** What a consumer group does with the events of some topics. */
export interface Subscription {
  /** The group's name: its members share the work, and its place is remembered under it. */
  group: string;
  topics: readonly TopicName[];
  /**
   * The effect of one event. It may be called again with the same event, so it must be safe to repeat: it records with
   * `consumed`. The events of one subject come one after another, in order.
   * @throws to be called again later.
   */
  handle: (event: JournalEvent) => Promise<void>;
  /** The consumer's own database, where a transport without a broker keeps the group's place. */
  pool: Pool;
  /** Each process hears everything, from the oldest event on, at each start: nothing is shared and no place is remembered. */
  everyProcess?: boolean;
}

/** The way from journals to consumers. Both adapters keep one conformance suite. */
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
