import { expect, test } from 'vitest';
import { readCredentials } from './identity-clients.ts';

test('the credentials are read, whatever else is printed with them', () => {
  const printed = JSON.stringify({ clientId: 'facility-1', clientSecret: 's', role: 'facility' });
  expect(readCredentials(printed)).toEqual({ clientId: 'facility-1', clientSecret: 's' });
});

test('an answer without a secret is an error that does not quote it', () => {
  expect(() => readCredentials('{"clientId":"facility-1"}')).toThrow('identity answered no credentials');
});
