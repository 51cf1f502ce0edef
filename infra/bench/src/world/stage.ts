import { cloneDatabase, type DatabaseUrls, databaseUrl, dropDatabase } from '@rohnamo/backing-services';
import { type ServiceName, until } from '@rohnamo/launch';
import pg from 'pg';
import { newTopicPrefix, type RunningService, type World } from './world.ts';

const settleDeadlineMs = 120_000;

/** A connection of a superuser to one service's database. */
export type Query = (text: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;

/** Services over databases that were made for one path, and the ceiling's copy of one of them. */
export interface Stage {
  services: Readonly<Partial<Record<ServiceName, RunningService>>>;
  serviceOf(name: ServiceName): RunningService;
  query(name: ServiceName): Query;
  /** The address of a copy of this service's database, as its app role. Made before the service began to write. */
  ceilingUrl(name: ServiceName): string;
  /** Changes that copy, as a superuser. */
  onCeiling(name: ServiceName, change: (query: Query) => Promise<void>): Promise<void>;
  /** Waits until everything that a service has recorded is placed and relayed. Answers how long that took, in ms. */
  settle(name: ServiceName): Promise<number>;
  stop(): Promise<void>;
}

export interface StagePlan {
  services: readonly ServiceName[];
  /** Fills databases before anybody uses them. */
  seed?: Partial<Record<ServiceName, (query: Query) => Promise<void>>>;
  profileFolder?: string | undefined;
  /** Whether their events stay in their journals, for want of a broker. */
  isWithoutKafka?: boolean;
}

const ceilingName = (service: ServiceName) => `ceiling_${service}`;
export const databaseName = (service: ServiceName) => `rohnamo_${service}`;

/** New databases, migrated and filled, a copy of each for a ceiling, then the services over them. */
export async function setStage(
  world: World,
  { services, seed = {}, profileFolder, isWithoutKafka = false }: StagePlan,
): Promise<Stage> {
  const { superuserUrl } = world.servers;
  const topicPrefix = newTopicPrefix();
  const running: Partial<Record<ServiceName, RunningService>> = {};
  const databases = new Map<ServiceName, DatabaseUrls>();
  const connections = new Map<ServiceName, Connection>();
  const connect = (name: ServiceName) => connectTo(databaseUrl(superuserUrl, { database: databaseName(name) }));
  const stop = async () => {
    await Promise.all(Object.values(running).map((service) => service.process.stop()));
    await Promise.all([...connections.values()].map((connection) => connection.end()));
  };

  try {
    for (const name of services) {
      await dropDatabase(superuserUrl, ceilingName(name));
      await dropDatabase(superuserUrl, databaseName(name));
      const database = await world.provision(name);
      databases.set(name, database);
      await world.migrate(name, { database });
      const filling = await connect(name);
      try {
        await seed[name]?.(filling.query);
        await vacuumFilled(filling.query);
        await filling.query('checkpoint');
      } finally {
        await filling.end(); // a database is copied while nobody is connected to it
      }
      await cloneDatabase(superuserUrl, databaseName(name), ceilingName(name));
      connections.set(name, await connect(name));
    }
    await Promise.all(
      services.map(async (name) => {
        running[name] = await world.start(name, {
          database: databases.get(name)!,
          topicPrefix,
          profileFolder,
          isWithoutKafka,
        });
      }),
    );
  } catch (error) {
    await stop();
    throw error;
  }

  const query = (name: ServiceName) => found(connections.get(name), name).query;
  return {
    services: running,
    serviceOf: (name) => found(running[name], name),
    query,
    ceilingUrl: (name) => databaseUrl(found(databases.get(name), name).appUrl, { database: ceilingName(name) }),
    async onCeiling(name, change) {
      const connection = await connectTo(databaseUrl(superuserUrl, { database: ceilingName(name) }));
      try {
        await change(connection.query);
      } finally {
        await connection.end();
      }
    },
    async settle(name) {
      const began = performance.now();
      await until(
        `${name} has placed and relayed what it recorded`,
        async () => ((await query(name)(settledSql))[0]?.['settled'] === true ? true : undefined),
        { withinMs: settleDeadlineMs, everyMs: 20 },
      );
      return performance.now() - began;
    },
    stop,
  };
}

/**
 * Leaves empty tables alone: those that were never vacuumed Postgres takes for small, but one that was found empty for empty, and
 * plans that it keeps would read all of it when it has grown.
 */
export async function vacuumFilled(query: Query): Promise<void> {
  const filled = await query(
    `select quote_ident(relname) as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and pg_relation_size(oid) > 0`,
  );
  for (const { name } of filled) await query(`vacuum (analyze) ${String(name)}`);
}

interface Connection {
  query: Query;
  end(): Promise<void>;
}

async function connectTo(url: string): Promise<Connection> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // a connection that breaks also fails the query in flight
  await client.connect();
  return {
    query: async (text, values = []) => (await client.query<Record<string, unknown>>(text, [...values])).rows,
    end: () => client.end(),
  };
}

const settledSql = `select not exists (select from unplaced)
  and coalesce((select max(position) from place), 0) <= coalesce((select position from follower where name = 'relay'), 0) as settled`;

function found<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new Error(`${name} is not on the stage`);
  return value;
}
