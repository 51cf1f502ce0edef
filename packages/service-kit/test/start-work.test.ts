import { randomUUID } from 'node:crypto';
import type { Subscription, Transport } from '@rohnamo/messaging';
import { parcelChange, type Scratch, scratchJournal } from '@rohnamo/journal/testing';
import { eventually, lastingPort, testDatabase } from '@rohnamo/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrationsOf } from '../src/service.ts';
import { createInstance, startWork } from '../src/start-service.ts';
import { createStopList } from '../src/stop-list.ts';
import { sample } from './sample-definition.ts';

let scratch: Scratch;
beforeAll(async () => {
  scratch = await scratchJournal();
});
afterAll(() => scratch.stop());

/** A journal that is at work places what is recorded. */
const isAtWork = async (journal: Scratch['journal'], patience: { withinMs?: number }): Promise<boolean> => {
  const id = randomUUID();
  await journal.record({ changes: [parcelChange(id, 0)] });
  const placed = async () =>
    (await scratch.pool.query('select from place join entry using (id) where entry.subject = $1', [id])).rowCount;
  return eventually(async () => (await placed()) === 1, patience).then(
    () => true,
    () => false,
  );
};

describe('a service is set to work', () => {
  it('journal, publishing, hearing, its own work; and stopped in the opposite order', async () => {
    const { journal } = scratch;
    const happened: string[] = [];
    const note = async (what: string, patience = {}) =>
      void happened.push(`${what}, journal at work: ${await isAtWork(journal, patience)}`);
    const transport: Transport = {
      publish: () => note('published'),
      subscribe: ({ group }) => note(`hears ${group}`),
      ready: () => Promise.resolve(true),
      stop: () => note('transport stopped'),
    };
    const hears = (group: string): Subscription => ({
      group,
      topics: ['client'],
      pool: scratch.pool,
      handle: () => Promise.resolve(),
    });
    const stops = createStopList();
    await startWork(
      {
        journal,
        subscriptions: [hears('one'), hears('two')],
        start: () => note('own work begun'),
        stop: () => note('own work ended'),
      },
      { transport, stops },
    );
    expect(await stops.stopAll()).toEqual([]);
    await note('over', { withinMs: 1000 });
    expect(happened).toEqual([
      'published, journal at work: true',
      'hears one, journal at work: true',
      'hears two, journal at work: true',
      'own work begun, journal at work: true',
      'own work ended, journal at work: true',
      'transport stopped, journal at work: true',
      'over, journal at work: false',
    ]);
  });
});

describe('a service that takes tokens', () => {
  const started = async (hear: (subscription: Subscription) => void) => {
    const database = await testDatabase(migrationsOf(sample));
    const port = String(await lastingPort());
    const transport: Transport = {
      publish: () => Promise.resolve(),
      subscribe: async (subscription) => hear(subscription),
      ready: () => Promise.resolve(true),
      stop: () => Promise.resolve(),
    };
    const instance = createInstance({
      definition: sample,
      environment: {
        PORT: port,
        DATABASE_URL: database.appUrl,
        LOG_LEVEL: 'silent',
        OIDC_ISSUERS: 'https://issuer.example',
      },
      transport: () => transport,
      processMetrics: false,
    });
    await instance.start();
    const readiness = async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).json();
    const stop = () => instance.stop().finally(database.drop);
    return { readiness, stop };
  };

  it('is not ready before it has heard who was revoked', async () => {
    let onCaughtUp: (() => void) | undefined;
    const { readiness, stop } = await started((subscription) => (onCaughtUp = subscription.onCaughtUp));
    expect(await readiness()).toMatchObject({ status: 'not-ready', failing: ['revocations'] });
    onCaughtUp?.();
    expect(await readiness()).toMatchObject({ status: 'ready' });
    await stop();
  });

  it('is ready all the same after ten seconds, where it hears nothing', async () => {
    const { readiness, stop } = await started(() => {});
    const ready = async () => expect(await readiness()).toMatchObject({ status: 'ready' });
    await eventually(() => ready().then(() => true), { withinMs: 20_000 });
    await stop();
  });
});

describe('a stop list', () => {
  it('stops the last first, goes on past what would not stop, and says which that was', async () => {
    const stopped: string[] = [];
    const stops = createStopList();
    stops.add('first', () => void stopped.push('first'));
    stops.add('broken', () => Promise.reject(new Error('it would not')));
    stops.add('last', () => void stopped.push('last'));
    expect(await stops.stopAll()).toMatchObject([{ name: 'broken', err: new Error('it would not') }]);
    expect(stopped).toEqual(['last', 'first']);
    expect(await stops.stopAll()).toEqual([]);
  });
});
