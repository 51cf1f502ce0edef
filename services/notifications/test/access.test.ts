import { Role, Scope } from '@rohnamo/contracts';
import { routeTable } from '@rohnamo/service-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningNotifications, runningNotifications } from './running-notifications.ts';

let running: RunningNotifications;
beforeAll(async () => {
  running = await runningNotifications();
});
afterAll(() => running.stop());

const id = '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60';
const rules = [
  ...(
    [
      ['GET', '/v1/deliveries'],
      ['GET', '/v1/deliveries/:id'],
      ['POST', '/v1/deliveries/:id/resend'],
      ['GET', '/v1/subscriptions'],
      ['POST', '/v1/subscriptions'],
      ['GET', '/v1/subscriptions/:id'],
      ['POST', '/v1/subscriptions/:id/rotate-secret'],
      ['POST', '/v1/subscriptions/:id/stop'],
    ] as const
  ).map(([method, path]) => ({
    method,
    path,
    roles: ['facility', 'migration-service'],
    scope: 'notifications:manage',
  })),
  {
    method: 'GET' as const,
    path: '/v1/events',
    roles: ['facility', 'migration-service', 'supervisor'],
    scope: 'events:read',
  },
];

describe('each route', () => {
  it('is in this table, with who may call it', () => {
    const found = routeTable(running.app).filter(({ path, method }) => path.startsWith('/v1/') && method !== 'HEAD');
    expect(found.map(({ method, path, access }) => ({ method, path, ...access }))).toEqual(
      expect.arrayContaining(rules.map((rule) => ({ ...rule, kind: 'allowed' }))),
    );
    expect(found).toHaveLength(rules.length);
  });

  it.each(rules)(
    '$method $path refuses whoever has no token, another role, or not the scope',
    async ({ method, path, roles, scope }) => {
      const url = path.replace(':id', id);
      const status = async (as: Parameters<RunningNotifications['call']>[0]) =>
        (await running.call(as, method, url)).status;
      expect(await status(null)).toBe(401);
      const organisationId = running.roles.facility.organisationId;
      for (const role of Role.options.filter((role) => !roles.includes(role)))
        expect(await status({ role, organisationId, scopes: [...Scope.options] })).toBe(403);
      const others = Scope.options.filter((one) => one !== scope);
      expect(await status({ role: 'facility', organisationId, scopes: others })).toBe(403);
    },
  );
});

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
