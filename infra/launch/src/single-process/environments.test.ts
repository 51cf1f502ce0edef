import { expect, test } from 'vitest';
import { environmentFor, joinEnvironments } from './environments.ts';

const joined = {
  ...joinEnvironments({
    referral: { PORT: '4403', SERVICE_CLIENT_SECRET: 'only-referral-has-this' },
    registry: { PORT: '4401', LOG_LEVEL: 'debug' },
  }),
  LOG_LEVEL: 'info',
};

test('a service finds its own variables by their own names, over those for all', () => {
  expect(environmentFor('registry', joined)).toEqual({ PORT: '4401', LOG_LEVEL: 'debug' });
});

test('a service is given no variable of another', () => {
  expect(Object.values(environmentFor('registry', joined))).not.toContain('only-referral-has-this');
});

test('a variable that is not set is left out', () => {
  expect(joinEnvironments({ referral: { TOPIC_PREFIX: undefined } })).toEqual({});
});
