import { expect, test } from 'vitest';
import { hashOfSecret, isSecretOf, newSecret } from './secret.ts';

test('a secret has 32 random bytes, and no two are the same', () => {
  const secrets = Array.from({ length: 100 }, newSecret);
  expect(new Set(secrets).size).toBe(100);
  for (const secret of secrets) expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
});

test('only the secret itself is the one of its hash, whatever the length of another', () => {
  const secret = newSecret();
  const hash = hashOfSecret(secret);
  expect(isSecretOf(hash, secret)).toBe(true);
  for (const other of ['', `${secret} `, secret.slice(1), hash.toString('base64'), 'x'.repeat(100_000)])
    expect(isSecretOf(hash, other)).toBe(false);
});
