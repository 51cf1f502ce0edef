import process from 'node:process';
import Fastify from 'fastify';
import pg from 'pg';
import { accept } from './accept.ts';
import type { Ceiling } from './ceiling.ts';
import { list } from './list.ts';
import { read } from './read.ts';
import { refer } from './refer.ts';
import { search } from './search.ts';

/** Ceilings by their names, for the process that forks this one: its argument names one, and it is told where it answers. */
const ceilings: Readonly<Record<string, Ceiling>> = {
  hello: (app) => void app.get('/hello', (_request, reply) => reply.send({ hello: 'world' })),
  refer,
  accept,
  read,
  list,
  search,
};

const [name = ''] = process.argv.slice(2);
const ceiling = ceilings[name];
if (ceiling === undefined) throw new Error(`there is no ceiling ${name}`);
const connectionString = process.env['DATABASE_URL'];
const pool = new pg.Pool({ connectionString, max: 10 });
const connection = new pg.Client({ connectionString });
if (connectionString !== undefined) await connection.connect();

const app = Fastify();
ceiling(app, { pool, connection });
const address = await app.listen({ host: '127.0.0.1', port: 0 });
process.on('disconnect', () => process.exit());
process.send?.({ url: address });
