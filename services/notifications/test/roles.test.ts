import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningNotifications, runningNotifications } from './running-notifications.ts';

let running: RunningNotifications;
beforeAll(async () => {
  running = await runningNotifications();
});
afterAll(() => running.stop());

it('the app role can neither change nor delete what happened, nor give itself leave to', async () => {
  await running.pool.query('grant update, delete on entry to notifications_app'); // grants nothing: Postgres merely warns
  for (const statement of [
    'update entry set type = type',
    'delete from entry',
    'truncate entry',
    'delete from notice',
    "insert into checkpoint (size, note, time) values (1, 'x', now())",
  ]) {
    await expect(running.pool.query(statement)).rejects.toMatchObject({ code: '42501' });
  }
});
