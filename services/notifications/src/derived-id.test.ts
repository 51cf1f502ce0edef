import { Id } from '@rohnamo/contracts';
import { expect, it } from 'vitest';
import { derivedId } from './derived-id.ts';

it('the same words give the same id, others another, and each is a UUID of version 8', () => {
  expect(derivedId('notice', 'a', 'b')).toBe(derivedId('notice', 'a', 'b'));
  expect(derivedId('notice', 'a', 'b')).not.toBe(derivedId('delivery', 'a', 'b'));
  expect(Id.safeParse(derivedId('x')).success).toBe(true);
  expect(derivedId('x')).toMatch(/^.{14}8/);
});
