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
    await expect(health.failing()).resolves.toEqual(['database']);
  });
});
