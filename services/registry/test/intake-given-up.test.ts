import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGivingUp } from '../src/intake/give-up.ts';
import { createIntakeStore } from '../src/intake/store.ts';
import type { IntakeBatchRow } from '../src/schema.ts';
import { countOf, testRegistry, type TestRegistry } from './registry.ts';

let registry: TestRegistry;
beforeEach(async () => {
  registry = await testRegistry({ started: false });
});
afterEach(() => registry.stop());

const file = 'external_id,given_name,family_name\np1,A,B\np2,C,D\n';
const reported: unknown[] = [];

/** A batch that waits, and what somebody does who fails on it so many times. */
async function failing() {
  await registry.push(file);
  const store = createIntakeStore(registry.pool);
  const waiting = async () => (await store.nextOpen())!;
  reported.length = 0;
  const onError = (error: unknown) => void reported.push(error);
  const orGiveUp = createGivingUp({ journal: registry.journal, pool: registry.pool, now: () => new Date(), onError });
  const fail = async (times: number, error: Error, batch: IntakeBatchRow) => {
    for (let time = 0; time < times; time++) await orGiveUp(batch, () => Promise.reject(error)).catch(() => undefined);
  };
  const found = async () => {
    const { rows } = await registry.pool.query<{ state: string }>('select state from intake_batch');
    return { state: rows[0]?.state, rows: await countOf(registry.pool, 'intake_row') };
  };
  return { waiting, fail, found };
}

describe('a batch', () => {
  it('on which ten failures of its own have come is given up, and its rows are forgotten', async () => {
    const { waiting, fail, found } = await failing();
    const defect = new Error('a defect');
    await fail(9, defect, await waiting());
    expect(await found()).toEqual({ state: 'received', rows: 2 });
    await fail(1, defect, await waiting());
    expect(await found()).toEqual({ state: 'failed', rows: 0 });
    expect(reported).toEqual([defect]);
  });

  it('that another replica has moved since it was read is not given up, and keeps its rows', async () => {
    const { waiting, fail, found } = await failing();
    const read = await waiting();
    await registry.pool.query("update intake_batch set version = version + 1, state = 'running'");
    await fail(10, new Error('a defect'), read);
    expect(await found()).toEqual({ state: 'running', rows: 2 });
  });

  const withCode = (code: string) => Object.assign(new Error('not now'), { code });
  it.each([
    ['does not answer', new Error('Query read timeout')],
    ['is full', withCode('53100')],
    ['shuts down under a read', new Error('Failed query', { cause: withCode('57P01') })],
    ['takes no more changes just now', withCode('overloaded')],
  ])('is not given up for a database that %s', async (_what, error) => {
    const { waiting, fail, found } = await failing();
    await fail(20, error, await waiting());
    expect(await found()).toEqual({ state: 'received', rows: 2 });
  });
});
