import type { NewEntry, Observation } from '../entry.ts';

/** One subject moves from the version it was read at to the next, with the entry that says why. `expected` 0 makes it. */
export interface Change {
  kind: string;
  id: string;
  expected: number;
  /** The whole next row, by the property names of its drizzle table; `version` is set here, not by the caller. */
  state: Record<string, unknown>;
  /** The whole row as it was read: then only what differs is written. */
  before?: Record<string, unknown>;
  entry: NewEntry;
}

/** A copy of another service's fact: the row stands at the source's version and has no entry here, for its entry is there. */
export interface Projection {
  kind: string;
  id: string;
  /** The version it stands at here (0: not known yet). */
  expected: number;
  /** The version it stands at there. */
  version: number;
  state: Record<string, unknown>;
}

/** A subject that the decision leaned on: it must still stand at this version when the unit commits. */
export interface Guard {
  kind: string;
  id: string;
  version: number;
}

export interface IdempotencyKey {
  client: string;
  key: string;
  /** SHA-256 of what was asked: the same key with another fingerprint is another request. */
  fingerprint: Buffer;
}

/** The event whose effect this is. A sequence that is not newer than the last of its subject has no effect. */
export interface Consumed {
  consumer: string;
  /** The kind of the subject: with its id, the subject. */
  kind: string;
  subject: string;
  sequence: number;
}

/** What commits together or not at all. */
export interface Unit {
  changes?: Change[];
  projections?: Projection[];
  observations?: Observation[];
  guards?: Guard[];
  key?: IdempotencyKey;
  consumed?: Consumed;
}

/**
 * What became of a unit. `lost`: something it stood on had moved (read again and decide again, or for a key: answer the
 * stored repeat; for consumed: it has been done). `refused`: the database would not take it; the constraint says why.
 */
export type Outcome =
  | { kind: 'recorded' }
  | { kind: 'lost'; to: 'version' | 'key' | 'consumed' }
  | { kind: 'refused'; constraint: string | null; sqlState: string };

/** More is waiting than may wait. Nothing was written. */
export class Overloaded extends Error {
  readonly code = 'overloaded';
}

/** No connection could be had, or the server lacks what it needs to write. Nothing was written. */
export class Unreachable extends Error {
  readonly code = 'dependency-unavailable';
}

/** The connection broke after the write was sent, and no trace of it was found: it may still land. */
export class OutcomeUnknown extends Error {
  readonly code = 'outcome-unknown';
}
