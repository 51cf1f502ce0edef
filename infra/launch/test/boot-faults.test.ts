import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { bareEnvironment, type TestDatabase, testDatabase } from '@rohnamo/testkit';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { completeSecrets } from '../src/stack/install-secrets.ts';
import { migrateDatabase } from '../src/stack/migrate-databases.ts';
import { callers, serviceEnvironment } from '../src/stack/service-environment.ts';
import { perService, type ServiceName, serviceNames } from '../src/stack/service-names.ts';
import { workspaceRoot } from '../src/workspace-root.ts';

const secrets = completeSecrets({});
const client = { clientId: 'referral-service', clientSecret: randomBytes(24).toString('base64url') };
const databases = new Map<ServiceName, TestDatabase>();
const children: ChildProcess[] = [];
let holder: Server;
let takenPort: number;

beforeAll(async () => {
  await Promise.all(
    serviceNames.map(async (name) =>
      databases.set(
        name,
        await testDatabase({
          service: name,
          migrationsFolder: join(workspaceRoot, 'services', name, 'migrations'),
          migrate: (ownerUrl) => migrateDatabase(name, { ownerUrl }),
        }),
      ),
    ),
  );
  holder = createServer();
  holder.listen(0, '127.0.0.1');
  await once(holder, 'listening');
  takenPort = (holder.address() as { port: number }).port; // it listens on a port
}, 60_000);
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  holder.close();
  for (const database of databases.values()) await database.drop();
});

const databaseOf = (name: ServiceName) => databases.get(name) ?? expect.fail('it has one');

/** Runs a service's `main.ts` to its end. */
async function run(name: ServiceName, environment: Record<string, string>, args: readonly string[] = []) {
  const main = join(workspaceRoot, 'services', name, 'src', 'main.ts');
  const child = spawn(process.execPath, [main, ...args], { env: { ...bareEnvironment, ...environment } });
  children.push(child);
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, lines: errors.split('\n').filter((line) => line !== ''), all: output + errors };
}

const environmentOf = (name: ServiceName): Record<string, string> =>
  serviceEnvironment(name, {
    ports: { services: perService(() => takenPort) },
    database: databaseOf(name),
    brokers: undefined,
    topicPrefix: 'rohnamo',
    secrets,
    client: callers.some((caller) => caller === name) ? client : undefined,
  });

const changed = (url: string, change: Partial<URL>): string => Object.assign(new URL(url), change).href;

test.each(serviceNames)(
  '%s does not start on variables that are missing, malformed, unknown or well-known: a line for each, no stack, no value',
  async (name) => {
    const secret = 'changeme-changeme-changeme';
    const { KAFKA_BROKERS: _none, ...others } = environmentOf(name);
    const wrong = {
      ...others,
      KAFKA_BROKER: 'kafka:9092',
      KAFKA_BROKERS: 'http://kafka',
      DATABASE_ULR: 'postgres://nobody@nowhere/nothing',
      DATABASE_URL: `postgres://${name}_app:${secret}@127.0.0.1:5432/rohnamo_${name}`,
      CHECKPOINT_SIGNING_KEY: '',
      ...(name === 'referral' ? { SERVICE_CLIENT_SECRET: secret } : {}),
    };
    const [bad, without] = await Promise.all([run(name, wrong), run(name, others)]);
    expect([bad.code, without.code]).toEqual([1, 1]);
    const begins = `${name} could not start: `;
    for (const line of [...bad.lines, ...without.lines]) expect(line.startsWith(begins), line).toBe(true);
    const said = bad.lines.map((line) => line.slice(begins.length));
    expect(said).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^KAFKA_BROKER is not known here \(KAFKA_BROKERS is\): unset it/),
        expect.stringMatching(/^KAFKA_BROKERS is not valid .* must be host:port/),
        expect.stringMatching(/^DATABASE_ULR is not known here \(DATABASE_URL is\): unset it/),
        expect.stringMatching(/^DATABASE_URL is not valid .* must not have a well-known password/),
        expect.stringMatching(/^CHECKPOINT_SIGNING_KEY is missing, so the sealer .*: set it/),
        ...(name === 'referral' ? [expect.stringMatching(/^SERVICE_CLIENT_SECRET is not valid .* well-known/)] : []),
      ]),
    );
    expect(without.lines).toEqual([
      expect.stringMatching(/KAFKA_BROKERS is missing .*: set it; it is required, or none/),
    ]);
    expect(bad.all).not.toContain(secret);
    expect(bad.all + without.all).not.toMatch(/\n\s+at /);
  },
);

/** Of each service another fault of what is around it: how they are told is the same for all. */
const around: readonly [ServiceName, string, (name: ServiceName) => Promise<Record<string, string>>, RegExp][] = [
  [
    'registry',
    'a port that is taken',
    async () => ({}),
    /^PORT: \d+ is taken on 127\.0\.0\.1: stop what listens there/,
  ],
  [
    'directory',
    'a database that does not exist',
    async (name) => ({ DATABASE_URL: changed(databaseOf(name).appUrl, { pathname: '/rohnamo_nowhere' }) }),
    /^DATABASE_URL: its database does not exist: make it by provisioning/,
  ],
  [
    'referral',
    'a schema that is not migrated',
    async (name) => {
      const inside = new pg.Client(databaseOf(name).superuserUrl);
      await inside.connect();
      await inside.query('drop schema drizzle cascade').finally(() => inside.end());
      return {};
    },
    /^DATABASE_URL: its schema is not there yet: run the command migrate/,
  ],
  [
    'notifications',
    'a sealer’s password that is wrong',
    async (name) => ({
      DATABASE_SEALER_URL: changed(databaseOf(name).sealerUrl, { password: 'kq9w2xd7f3mz4t8vhbc5' }),
    }),
    /^DATABASE_SEALER_URL: its password is not that of its role: set the one/,
  ],
  [
    'identity',
    'a database where nothing listens',
    async (name) => ({ DATABASE_URL: changed(databaseOf(name).appUrl, { port: '1' }) }),
    /^DATABASE_URL: nothing listens at its host and port: start Postgres there/,
  ],
];

test.each(around)(
  '%s does not start on %s: one line with the variable and what to do',
  async (name, _what, change, words) => {
    const { code, lines, all } = await run(name, { ...environmentOf(name), ...(await change(name)) });
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringContaining(`${name} could not start: `)]);
    expect(lines[0]?.slice(`${name} could not start: `.length)).toMatch(words);
    expect(all).not.toMatch(/\n\s+at |"stack"/);
  },
);
