import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { readProvisioning } from './read-provisioning.ts';
import { serviceNames } from './service-names.ts';

const names = serviceNames.flatMap((service) =>
  ['OWNER', 'APP', 'SEALER'].map((role) => `${service.toUpperCase()}_${role}_PASSWORD`),
);
const enough = {
  SUPERUSER_URL: 'postgres://postgres:secret@127.0.0.1:5432/postgres',
  ...Object.fromEntries(names.map((name) => [name, randomBytes(24).toString('base64url')])),
};

test('what is there is read', () => {
  expect(readProvisioning(enough).passwords.registry.owner).toHaveLength(32);
});

test.each(['', 'postgres', 'password-password', 'changeme-changeme-1', 'k4Jx9q', 'aaaaaaaaaaaaaaaaaaaa'])(
  'a password is not set to "%s": each variable is named, and no value',
  (value) => {
    const given = { ...enough, ...Object.fromEntries(names.map((name) => [name, value])) };
    const faults = () => readProvisioning(given);
    for (const name of names)
      expect(faults).toThrow(new RegExp(`^${name} (is missing: set it|must have at least 16)`, 'm'));
    if (value !== '') expect(faults).not.toThrow(value);
  },
);

test.each([
  '',
  'localhost',
  'http://127.0.0.1',
  'postgres:x',
  'postgres:///postgres',
  'postgres://a@h/d\n',
  'postgres://a@h:99999/d',
])('the superuser is not at "%s"', (url) => {
  expect(() => readProvisioning({ ...enough, SUPERUSER_URL: url })).toThrow(
    /^SUPERUSER_URL (is missing|must be a URL)/,
  );
});
