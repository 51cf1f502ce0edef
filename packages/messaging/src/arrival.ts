import { type JournalEvent, topicOf, type TopicName, topics } from '@rohnamo/contracts';

/**
 * What came to a consumer: an event; one of a type that this version does not know, whose place in its subject counts all the
 * same; or a message that cannot be read.
 */
export type Arrival = {
  topic: TopicName;
  subject: string;
  /** Below 0 where it cannot be told, so that it is looked at before all that has one. */
  sequence: number;
} & (
  | { kind: 'event'; event: JournalEvent }
  | { kind: 'unknown'; message: KeptMessage }
  | { kind: 'unreadable'; message: KeptMessage }
);

/** A subject: an id alone may be that of things of two kinds. The kind has the name of its topic. */
export interface Subject {
  kind: TopicName;
  subject: string;
}

/** A message as it came. It may hold anything: never to be logged or answered. */
export interface KeptMessage {
  bytes: Buffer;
  /** Where the broker has it: topic, partition and offset, which tell nothing of what it holds. */
  at: string;
}

export const subjectOf = ({ topic, subject }: Pick<Arrival, 'topic' | 'subject'>): Subject => ({
  kind: topic,
  subject,
});

/** A subject as a key of a map. */
export const keyOfSubject = ({ kind, subject }: Subject): string => `${kind} ${subject}`;

export const arrivalOf = (event: JournalEvent): Arrival => ({
  kind: 'event',
  topic: topicOf(event.type),
  subject: event.subject,
  sequence: event.sequence,
  event,
});

/** Whether every sequence of a subject comes: a compacted topic keeps the newest alone. */
export const hasEverySequence = (topic: TopicName): boolean => topics[topic].cleanup === 'delete';
