import { describe, expect, it } from 'vitest';
import { isTransient, reasonOf } from './failure.ts';

const withCode = (code: string) => Object.assign(new Error('Firuza Nazarova'), { code });
const wrapped = (cause: Error) => new Error('Failed query', { cause });

describe('a failure', () => {
  it.each([
    withCode('dependency-unavailable'),
    withCode('overloaded'),
    withCode('outcome-unknown'),
    withCode('ECONNREFUSED'),
    withCode('57P01'),
    withCode('08006'),
    withCode('53300'),
    withCode('UND_ERR_CONNECT_TIMEOUT'),
    new Error('Connection terminated unexpectedly'),
    wrapped(withCode('ECONNRESET')),
  ])('that passes by itself is transient: %j', (error) => {
    expect(isTransient(error)).toBe(true);
  });

  it.each([new TypeError('x'), withCode('23505'), withCode('not-found'), wrapped(withCode('22P02')), 'text', null])(
    'that the event is to blame for is not: %j',
    (error) => {
      expect(isTransient(error)).toBe(false);
    },
  );

  it('is told by code or name, never by a message', () => {
    expect(reasonOf(withCode('23505'))).toBe('23505');
    expect(reasonOf(wrapped(withCode('not-found')))).toBe('not-found');
    expect(reasonOf(new TypeError('Firuza Nazarova'))).toBe('TypeError');
    expect(reasonOf(withCode('Firuza Nazarova'))).toBe('Error');
    expect(reasonOf(Object.assign(new Error('x'), { name: 'Firuza Nazarova' }))).toBe('unknown');
    expect(reasonOf('Firuza Nazarova')).toBe('unknown');
  });
});
