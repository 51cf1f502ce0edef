import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testRegistry, type TestRegistry } from './registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await testRegistry();
  const { id } = await registry.register();
  await registry.consent(id);
});
afterAll(() => registry.stop());

/** What Postgres answers a role: null where it lets it, else the SQLSTATE. */
async function answerOf(url: string, statement: string): Promise<string | null> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(`begin; ${statement}`);
    return null;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    return error.code ?? null;
  } finally {
    await client.end();
  }
}
const denied = '42501';

describe('the app role', () => {
  it.each([
    "update entry set type = 'x'",
    'delete from entry',
    'truncate entry',
    'update place set position = 7',
    'delete from place',
    "update idempotency set key = 'x'",
    'insert into tile (level, index, hashes) values (0, 0, null)',
    "insert into checkpoint (size, note, time) values (1, 'x', now())",
    'delete from beneficiary',
    'truncate beneficiary',
    'delete from consent',
    'delete from intake_batch',
    'delete from held_row',
    'update intake_error set row = 1',
    'create table mine (id int)',
    'alter table entry disable trigger all',
  ])('may not: %s', async (statement) => expect(await answerOf(registry.database.appUrl, statement)).toBe(denied));
});

it('the app role cannot hand on what it may', async () => {
  await registry.pool.query('grant select on beneficiary to registry_sealer');
  expect(await answerOf(registry.database.sealerUrl, 'select from beneficiary')).toBe(denied);
});

describe('the sealer role', () => {
  it.each([
    'select from beneficiary',
    'select from consent',
    'select from intake_row',
    'select from held_row',
    'delete from entry',
    'update place set position = 7',
  ])('may not: %s', async (statement) => expect(await answerOf(registry.database.sealerUrl, statement)).toBe(denied));
  it('may read what it seals', async () =>
    expect(await answerOf(registry.database.sealerUrl, 'select from entry join place using (id)')).toBeNull());
});
