import process from 'node:process';
import Fastify from 'fastify';
import pg from 'pg';
import { accept } from './accept.ts';
import type { Ceiling, CeilingSettings } from './ceiling.ts';
import { copy } from './copy.ts';
import { hashes } from './hashes.ts';
import { list } from './list.ts';
import { read } from './read.ts';
import { recommendations } from './recommendations.ts';
import { refer } from './refer.ts';
import { relay } from './relay.ts';
import { search } from './search.ts';
import { statistics } from './statistics.ts';
import { webhook } from './webhook.ts';
import { worklist } from './worklist.ts';

/** Ceilings by their names, for the process that forks this one: its arguments are a name and the settings, and it is told where it answers. */
const ceilings: Readonly<Record<string, Ceiling>> = {
  hello: (app) => void app.get('/hello', (_request, reply) => reply.send({ hello: 'world' })),
  refer,
  accept,
  read,
  list,
  search,
  worklist,
  recommendations,
  statistics,
  webhook,
  relay,
  copy,
  hashes,
};

const [name = '', json = '{}'] = process.argv.slice(2);
const ceiling = ceilings[name];
if (ceiling === undefined) throw new Error(`there is no ceiling ${name}`);
const settings = JSON.parse(json) as CeilingSettings; // as world/ceilings.ts writes them
const { databaseUrl: connectionString } = settings;
const pool = new pg.Pool({ connectionString, max: 10 });
const connection = new pg.Client({ connectionString });
if (connectionString !== undefined) await connection.connect();

const app = Fastify();
await ceiling(app, { pool, connection, settings });
const address = await app.listen({ host: '127.0.0.1', port: 0 });
process.on('disconnect', () => process.exit());
process.send?.({ url: address });
