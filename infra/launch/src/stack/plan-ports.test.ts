import { expect, test } from 'vitest';
import { planPorts } from './plan-ports.ts';

test('services follow the base, and no port is given twice', () => {
  const { services, demoFacility, postgres, kafka } = planPorts(4400);
  expect(services).toEqual({ registry: 4401, directory: 4402, referral: 4403, notifications: 4404, identity: 4405 });
  const all = [...Object.values(services), demoFacility, postgres, kafka];
  expect(new Set(all).size).toBe(all.length);
});

test.each([0, 80, 65_530, 4400.5, Number.NaN])('a base of %s is refused', (base) => {
  expect(() => planPorts(base)).toThrow('--port-base');
});
