import fc from 'fast-check';
import { expect, it } from 'vitest';
import { portOf, readPortRange } from './ports.ts';

it.each([
  ['443', { from: 443, to: 443 }],
  ['1024-65535', { from: 1024, to: 65_535 }],
  ['0', null],
  ['65536', null],
  ['8443-443', null],
  ['443-', null],
  ['-443', null],
  ['443-444-445', null],
  ['https', null],
  ['', null],
])('the range %j is read, or refused', (text, range) => expect(readPortRange(text)).toEqual(range));

it('a URL that names no port leads to that of its scheme, and one that names it to none else', () => {
  fc.assert(
    fc.property(fc.constantFrom('http', 'https'), fc.integer({ min: 0, max: 65_535 }), (scheme, port) => {
      expect(portOf(new URL(`${scheme}://clinic.example:${port}/`))).toBe(port);
      expect(portOf(new URL(`${scheme}://clinic.example/`))).toBe(scheme === 'https' ? 443 : 80);
    }),
  );
});
