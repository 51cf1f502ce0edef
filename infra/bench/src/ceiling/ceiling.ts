import type { FastifyInstance } from 'fastify';
import type { Client, Pool } from 'pg';

/** Adds the routes of one ceiling: the least that does the same durable work, as fast as we know how. */
export type Ceiling = (app: FastifyInstance, database: { pool: Pool; connection: Client }) => void;
