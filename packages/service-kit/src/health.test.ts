import { eventually } from '@rohnamo/testkit';
import { describe, expect, it } from 'vitest';
import { createSampleApp } from '../test/sample-app.ts';
import { createHealth } from './health.ts';

describe('readiness', () => {
  it('is given when every check passes', async () => {
    const { app, health } = await createSampleApp();
    health.add('database', async () => undefined);
    expect((await app.inject('/health/ready')).statusCode).toBe(200);
    await app.close();
  });

  it('is refused with the names of what fails, and no more', async () => {
    const { app, health } = await createSampleApp();
    health.add('database', async () => {
      throw new Error('password authentication failed for user app');
    });
    health.add('broker', () => new Promise(() => undefined));
    health.add('journal', async () => undefined);
    const response = await app.inject('/health/ready');
    expect(response.statusCode).toBe(503);
    expect(response.json()).toEqual({ status: 'not-ready', failing: ['database', 'broker'] });
    await app.close();
  });

  it('is given, at once, without what no answer waits for, which is named from then on', async () => {
    const { app, health } = await createSampleApp();
    let giveUp: ((reason: Error) => void) | undefined;
    health.add('database', async () => undefined);
    health.watch('transport', () => new Promise((_resolve, reject) => (giveUp = reject)));
    const ask = async () => {
      const response = await app.inject('/health/ready');
      return [response.statusCode, response.json()];
    };
    expect(await ask()).toEqual([200, { status: 'ready' }]);
    giveUp?.(new Error('connect ECONNREFUSED 10.0.0.7:9092'));
    const named = await eventually(async () => {
      const answer = await ask();
      return JSON.stringify(answer).includes('transport') && answer;
    });
    expect(named).toEqual([200, { status: 'ready', failing: ['transport'] }]);
    await app.close();
  });

  it('is refused once the service is stopping, which still lives', async () => {
    const { app, health } = await createSampleApp();
    health.stopping();
    expect((await app.inject('/health/ready')).json()).toEqual({ status: 'not-ready', failing: ['stopping'] });
    expect((await app.inject('/health/live')).json()).toEqual({ status: 'alive' });
    await app.close();
  });

  it('is checked once for all who ask at the same time', async () => {
    let runs = 0;
    const health = createHealth();
    health.add('database', async () => {
      runs += 1;
    });
    await Promise.all(Array.from({ length: 10 }, () => health.failing()));
    expect(runs).toBe(1);
  });

  it('is refused, not broken, by a check that throws at once', async () => {
    const health = createHealth();
    health.add('database', () => {
      throw new Error('at once');
    });
    await expect(health.failing()).resolves.toEqual({ needed: ['database'], watched: [] });
  });
});
