import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSecretBox, newSecret } from './sealed-secret.ts';

const box = createSecretBox(randomBytes(32).toString('base64'));
const place = { column: 'secret', row: '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d60' } as const;

describe('a sealed secret', () => {
  it('opens where it was sealed, and shows nothing of itself', () => {
    const secret = newSecret();
    const sealed = box.seal(secret, place);
    expect(box.open(sealed, place)).toBe(secret);
    expect(sealed.includes(secret)).toBe(false);
    expect(box.seal(secret, place).equals(sealed)).toBe(false);
  });

  it('does not open in another row or column, under another key, or altered', () => {
    const sealed = box.seal(newSecret(), place);
    expect(() => box.open(sealed, { ...place, row: '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d61' })).toThrow(
      /unable to authenticate|unknown layout/,
    );
    expect(() => box.open(sealed, { ...place, column: 'previous_secret' })).toThrow(
      /unable to authenticate|unknown layout/,
    );
    expect(() => createSecretBox(randomBytes(32).toString('base64')).open(sealed, place)).toThrow(
      /unable to authenticate|unknown layout/,
    );
    for (const index of sealed.keys()) {
      const altered = Buffer.from(sealed);
      altered[index] = altered[index]! ^ 1;
      expect(() => box.open(altered, place)).toThrow(/unable to authenticate|unknown layout/);
    }
  });
});

it('a secret moves to another column, and is given up where its key is lost', () => {
  const secret = newSecret();
  const sealed = box.seal(secret, place);
  const moved = box.move(sealed, { row: place.row, from: 'secret', to: 'previous_secret' });
  expect(moved && box.open(moved, { ...place, column: 'previous_secret' })).toBe(secret);
  const other = createSecretBox(randomBytes(32).toString('base64'));
  expect(other.move(sealed, { row: place.row, from: 'secret', to: 'previous_secret' })).toBeNull();
});

it('a secret is 32 random bytes as Standard Webhooks writes them', () => {
  const secret = newSecret();
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(newSecret()).not.toBe(secret);
});

it('a key that is not 32 bytes is refused', () => {
  expect(() => createSecretBox('c2hvcnQ=')).toThrow('32 bytes');
});
