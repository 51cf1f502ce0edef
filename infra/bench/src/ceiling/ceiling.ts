import type { FastifyInstance } from 'fastify';
import type { Client, Pool } from 'pg';

/** What a ceiling is started with, as far as it needs it. */
export interface CeilingSettings {
  databaseUrl?: string;
  brokers?: readonly string[];
  /** A topic of its own. */
  topic?: string;
  /** An export of a journal, of which it takes the first entries, so many. */
  entries?: { file: string; count: number };
  /** Where somebody wants to be called, and the signing secret of that. */
  hooks?: readonly Hook[];
}

export interface Hook {
  url: string;
  /** `whsec_` and base64. */
  secret: string;
}

/** Adds the routes of one ceiling: the least that does the same durable work, as fast as we know how. */
export type Ceiling = (
  app: FastifyInstance,
  ground: { pool: Pool; connection: Client; settings: CeilingSettings },
) => void | Promise<void>;
