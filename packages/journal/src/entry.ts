import type { EventData, EventType } from '@rohnamo/contracts';

/** What an entry is about: a kind and an id, never an id alone, for a client may try one id under two kinds. */
export interface SubjectKey {
  kind: string;
  id: string;
}

/** Who did it: a client with the opaque staff id that it asserts, or the system itself. */
export interface Actor {
  kind: 'client' | 'system';
  clientId: string | null;
  organisationId: string | null;
  role: string | null;
  actingPerson: string | null;
}

export const system: Actor = { kind: 'system', clientId: null, organisationId: null, role: null, actingPerson: null };

/** What an entry says, before it is written. `data` is published as the event; `detail` stays in the trail. Neither may hold personal data. */
export interface NewEntry<T extends EventType = EventType> {
  type: T;
  data: EventData<T>;
  detail?: Record<string, unknown>;
  actor: Actor;
  time: Date;
  /** The organisation whose pull feed shows it. */
  audience?: string;
  traceparent?: string | null;
}

/** A look at personal data, or a refusal to show it: in the trail and the tree, never published. */
export interface Observation {
  kind: string;
  subject: string;
  type: `${string}.observed.v1` | `${string}.denied.v1`;
  detail?: Record<string, unknown>;
  actor: Actor;
  time: Date;
  traceparent?: string | null;
}

/** An entry as it stands in the journal. */
export interface Entry {
  id: string;
  kind: string;
  subject: string;
  version: number | null;
  type: string;
  time: Date;
  data: Record<string, unknown>;
  detail: Record<string, unknown> | null;
  actor: Actor;
  audience: string | null;
  traceparent: string | null;
  nonce: Buffer;
}
export type PlacedEntry = Entry & { position: number };
