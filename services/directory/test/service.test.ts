import { eventData, type JournalEvent } from '@rohnamo/contracts';
import { createPool, describeConfig, migrationsOf, routeTable } from '@rohnamo/service-kit';
import { aFacility, eventually, testDatabase, testIssuer } from '@rohnamo/testkit';
import { inProcessTransport } from '@rohnamo/messaging';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directoryConfig } from '../src/config.ts';
import { directory as definition } from '../src/service.ts';
import { type RunningDirectory, runningDirectory } from './running-directory.ts';

const own = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));

describe('the directory', () => {
  let directory: RunningDirectory;
  beforeAll(async () => {
    directory = await runningDirectory();
  });
  afterAll(() => directory.stop());

  it('tells the others of every change, in order, each event by its contract and at its version', async () => {
    const heard: JournalEvent[] = [];
    const transport = inProcessTransport({ onError: (error) => expect(error).toBeUndefined() });
    await transport.subscribe({
      group: 'listener',
      topics: ['organisation', 'facility', 'offering', 'place'],
      handle: async (event) => void heard.push(event),
      pool: directory.pool,
    });
    await transport.publish(directory.journal);
    const organisationId = await directory.organisation();
    const facilityId = await directory.facility(organisationId);
    await directory.offering(facilityId);
    const change = {
      method: 'PATCH' as const,
      path: `/v1/facilities/${facilityId}`,
      as: {},
      headers: { 'if-match': '*' },
    };
    await directory.ask({ ...change, body: { status: 'suspended' } });
    await eventually(() => heard.length >= 4);
    await transport.stop();
    expect(heard.map(({ type, sequence }) => [type, sequence])).toEqual([
      ['organisation.recorded.v1', 1],
      ['facility.recorded.v1', 1],
      ['offering.recorded.v1', 1],
      ['facility.recorded.v1', 2],
    ]);
    for (const event of heard)
      expect(eventData[event.type].parse(event.data)).toMatchObject({ version: event.sequence, id: event.subject });
  });

  it('records where a change belongs in the trace of the request', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const made = await directory.ask<{ id: string }>({
      method: 'POST',
      path: '/v1/organisations',
      as: {},
      body: { kind: 'ngo', name: 'Traced' },
      headers: { traceparent, 'acting-person': 'staff-7' },
    });
    const { rows } = await directory.pool.query('select traceparent, actor from entry where subject = $1', [
      made.body.id,
    ]);
    expect(rows).toMatchObject([
      { traceparent: expect.stringContaining(traceparent.slice(3, 35)), actor: { actingPerson: 'staff-7' } },
    ]);
  });

  it.each([
    'update entry set type = type',
    'delete from entry',
    'truncate entry',
    'delete from facility',
    'delete from offering',
    'drop table organisation',
    'insert into checkpoint (size, note, time) values (1, $$x$$, now())',
  ])('cannot, as its app role, %s', async (statement) => {
    await expect(directory.pool.query(statement)).rejects.toMatchObject({ code: '42501' });
  });

  it('cannot, as its app role, let others read the journal', async () => {
    await directory.pool.query('grant select on entry to public'); // a warning, and nothing granted
    const { rows } = await directory.pool.query("select has_table_privilege('public', 'entry', 'select') as granted");
    expect(rows).toEqual([{ granted: false }]);
  });

  it('documents every route, with a summary, a description and examples', async () => {
    const { body } = await directory.ask<{
      openapi: string;
      paths: Record<string, Record<string, Record<string, unknown>>>;
    }>({
      path: '/openapi.json',
    });
    expect(body.openapi).toBe('3.1.0');
    const documented = Object.entries(body.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        ...operation,
      })),
    );
    const served = routeTable(directory.app)
      .filter(({ path, method }) => path.startsWith('/v1') && method !== 'HEAD')
      .map(({ path, method }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(documented.map(({ name }) => name)).toEqual(expect.arrayContaining(served));
    for (const operation of documented.filter(({ name }) => served.includes(name)))
      expect(operation, operation.name).toMatchObject({
        summary: expect.any(String),
        description: expect.any(String),
        tags: [expect.any(String)],
      });
    const { parameters } = body.paths['/v1/facilities']?.['get'] ?? {};
    const exampleOf = {
      near: '38.56,68.77',
      radiusKm: '50',
      service: 'injury-care',
      district: 'TJK003D010',
      name: 'Shugnan',
    };
    for (const [name, example] of Object.entries(exampleOf))
      expect(parameters).toContainEqual(expect.objectContaining({ name, example, in: 'query' }));
  });

  it('has a README that names every variable of its environment and every route of its own', async () => {
    const readme = await readFile(own('README.md'), 'utf8');
    expect(readme).toContain(describeConfig(directoryConfig));
    for (const { path, method } of routeTable(directory.app))
      if (/^\/v1\/(?!journal\/)/.test(path) && method !== 'HEAD')
        expect(readme).toContain(path.replaceAll(/:(\w+)/g, '{$1}'));
  });
});

describe('node src/main.ts', () => {
  it('migrates, serves, takes places in, and stops when it is told to', async () => {
    const database = await testDatabase(migrationsOf(definition));
    const issuer = await testIssuer();
    const env = {
      ...process.env,
      PORT: '0',
      DATABASE_URL: database.appUrl,
      KAFKA_BROKERS: 'none',
      OIDC_ISSUERS: issuer.url,
    };
    const run = (...args: string[]) =>
      spawn(process.execPath, [own('src/main.ts'), ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const service = run();
    try {
      const url = await addressOf(service);
      const ready = await fetch(`${url}/health/ready`);
      expect(ready.status).toBe(200);
      const importing = run('places', 'import', own('test/sample-places.csv'));
      expect(await once(importing, 'exit')).toEqual([0, null]);
      const places = (await (await fetch(`${url}/v1/places?name=Shugnan`)).json()) as { items: { id: string }[] };
      expect(places.items.map(({ id }) => id)).toEqual(['TJK005D007']);
      const refused = await fetch(`${url}/v1/facilities`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(await issuer.authorization({ role: 'directory-admin', organisationId: crypto.randomUUID() })),
        },
        body: JSON.stringify(aFacility(crypto.randomUUID())),
      });
      expect(refused.status).toBe(422);
      // The importing process has no sequencer of its own: the service gives its entries their place.
      const pool = createPool(database.appUrl, { applicationName: 'test' });
      await eventually(async () => (await pool.query('select 1 from place')).rowCount === 2);
      await pool.end();
    } finally {
      service.kill('SIGTERM');
    }
    expect(await once(service, 'exit')).toEqual([0, null]);
    await issuer.stop();
    await database.drop();
  });
});

/** Where a service listens, from its log; the log is read on, so that the service never waits for a reader. */
async function addressOf(service: ChildProcess): Promise<string> {
  let log = '';
  let isOver = false;
  service.stdout?.on('data', (chunk: Buffer) => void (log += chunk.toString()));
  service.once('close', () => (isOver = true));
  const port = await eventually(() => /"port":(\d+),?.*"listening"/.exec(log)?.[1], {
    withinMs: 50_000,
    isOver: () => isOver,
  });
  return `http://127.0.0.1:${port}`;
}
