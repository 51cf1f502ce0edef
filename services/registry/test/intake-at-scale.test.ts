import { IntakeBatch } from '@rohnamo/contracts';
import { eventually } from '@rohnamo/testkit';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countOf, ownOrganisation, testRegistry, type TestRegistry } from './registry.ts';
import { environmentOf, startProcess } from './service-process.ts';

let registry: TestRegistry;
beforeEach(async () => {
  registry = await testRegistry({ started: false });
});
afterEach(() => registry.stop());

const header = 'external_id,given_name,family_name,birth_date,phone,village,return_country\n';
const row = (number: number) => `p${number},Фирӯза,Назарова,1994-03-21,93 123 45 67,Ворух,RU\n`;

/** A file of so many rows that is never whole in memory. */
function* file(rows: number): Generator<string> {
  yield header;
  for (let first = 0; first < rows; first += 100) {
    yield Array.from({ length: Math.min(100, rows - first) }, (_, at) => row(first + at)).join('');
  }
}

/** What the process may keep on its heap: it needs most of it at rest. */
const heapMaxMiB = 64;

/** Rows as wide as they may be: 800 bytes each, and more than that in memory. */
function* wideFile(rows: number): Generator<string> {
  const wide = 'Ҷ'.repeat(100);
  yield 'external_id,given_name,family_name,father_name,village,return_country\n';
  for (let number = 0; number < rows; number++) yield `p${number},${wide},${wide},${wide},${wide},RU\n`;
}

/** Pushes over a real connection and says where to follow the batch. */
async function pushTo(url: string, rows: Iterable<string>): Promise<string> {
  const { authorization } = await registry.issuer.authorization({
    role: 'migration-service',
    organisationId: ownOrganisation,
  });
  const response = await fetch(`${url}/v1/intake-batches?sourceSystem=office&confirmNewSource=true`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'text/csv' },
    body: Readable.toWeb(Readable.from(rows)) as ReadableStream, // the two declarations of one web standard differ
    duplex: 'half',
  });
  expect(response.status, await response.clone().text()).toBe(202);
  return response.headers.get('location') ?? '';
}
const followed = async (path: string): Promise<IntakeBatch> => IntakeBatch.parse((await registry.get(path)).body);
const finished = (path: string): Promise<IntakeBatch> =>
  eventually(
    async () => {
      const batch = await followed(path);
      return batch.finishedAt !== null && batch;
    },
    { withinMs: 50_000, everyMs: 100 },
  );
const listen = () => registry.app.listen({ port: 0, host: '127.0.0.1' });

async function expectWhole(rows: number): Promise<void> {
  expect(await countOf(registry.pool, 'beneficiary')).toBe(rows);
  const { rows: entries } = await registry.pool.query<{ type: string; count: string; versions: string }>(
    "select type, count(*), max(version) as versions from entry where kind = 'beneficiary' group by type",
  );
  expect(entries).toEqual([{ type: 'beneficiary.registered.v1', count: String(rows), versions: '1' }]);
  await expect.poll(() => countOf(registry.pool, 'intake_row')).toBe(0);
}

describe('a large push', () => {
  it('is taken, and worked off chunk by chunk, in less memory than it would fill', { timeout: 120_000 }, async () => {
    const [rows, chunksSeen] = [36_000, 6];
    const service = startProcess([], {
      ...environmentOf(registry.database, registry.issuer),
      NODE_OPTIONS: `--max-old-space-size=${heapMaxMiB}`,
    });
    try {
      const path = await pushTo(await service.url(), wideFile(rows));
      const begun = eventually(async () => (await followed(path)).rows.registered >= chunksSeen * 500, {
        withinMs: 110_000,
        everyMs: 100,
      });
      expect(await Promise.race([begun, service.ended]), service.output().slice(-1000)).toBe(true);
    } finally {
      service.kill('SIGKILL');
    }
  });

  it('is worked off to the end by another process when the first is killed in the middle, and nothing is done twice', async () => {
    const rows = 4_000;
    const service = startProcess([], { ...environmentOf(registry.database, registry.issuer), INTAKE_CHUNK_ROWS: '20' });
    try {
      const path = await pushTo(await service.url(), file(rows));
      const before = await eventually(async () => {
        const batch = await followed(path);
        return batch.rows.read > 0 && batch;
      });
      service.kill('SIGKILL');
      await service.ended;
      expect(before.rows.read).toBeLessThan(rows);
      expect((await followed(path)).state).toBe('running');
      await registry.start();
      expect(await finished(path)).toMatchObject({
        state: 'completed',
        rows: { read: rows, registered: rows, updated: 0, unchanged: 0 },
      });
      await expectWhole(rows);
    } finally {
      service.kill('SIGKILL');
    }
  });

  it('is worked off once by two replicas', async () => {
    const second = await registry.again({ started: true, config: { INTAKE_CHUNK_ROWS: '50' } });
    await registry.start();
    const [first, other] = [
      await pushTo(await listen(), file(1_500)),
      await pushTo(await listenOf(second), file(1_500)),
    ];
    expect((await finished(first)).rows.registered + (await finished(other)).rows.registered).toBe(1_500);
    await expectWhole(1_500);
  });

  const listenOf = (other: TestRegistry) => other.app.listen({ port: 0, host: '127.0.0.1' });
});

describe('an upload', () => {
  const open = async (url: string) => {
    const { authorization } = await registry.issuer.authorization({
      role: 'migration-service',
      organisationId: ownOrganisation,
    });
    return request(`${url}/v1/intake-batches?sourceSystem=office&confirmNewSource=true`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'text/csv', 'transfer-encoding': 'chunked' },
    });
  };

  it('that breaks off leaves nothing behind', async () => {
    const upload = await open(await listen());
    upload.on('error', () => undefined);
    for (const lines of file(5_000)) upload.write(lines);
    await eventually(async () => (await countOf(registry.pool, 'intake_row')) > 0);
    upload.destroy();
    await eventually(async () => (await countOf(registry.pool, 'intake_row')) === 0);
    expect(await countOf(registry.pool, 'intake_batch')).toBe(0);
  });

  it('that cannot be taken is answered before it ends', async () => {
    const upload = await open(await listen());
    upload.on('error', () => undefined);
    upload.write(`external_id,risk\n${'1,high\n'.repeat(50)}`);
    const status = await new Promise((resolve) => {
      upload.on('response', (response) => resolve(response.statusCode));
    });
    expect(status).toBe(422);
    upload.destroy();
  });
});

describe('a batch', () => {
  it('on which nothing but failures come is given up, and does not hold up another', async () => {
    const url = await listen();
    const broken = await pushTo(url, file(10));
    const intact = await pushTo(url, file(10));
    await registry.pool.query('delete from intake_row where batch_id = $1', [
      broken.slice(broken.lastIndexOf('/') + 1),
    ]);
    await registry.start();
    expect(await finished(broken)).toMatchObject({ state: 'failed', rows: { read: 0 } });
    expect(await finished(intact)).toMatchObject({ state: 'completed', rows: { registered: 10 } });
  });

  it('that never came to be leaves no rows for longer than a day', async () => {
    const abandoned = '01934b6e-0000-7000-8000-0000000000ab';
    await registry.pool.query(`insert into intake_row (batch_id, row, content) values ($1, 1, '{"cells":{}}')`, [
      abandoned,
    ]);
    await registry.start();
    await eventually(async () => (await countOf(registry.pool, 'intake_row')) === 0);
  });
});
