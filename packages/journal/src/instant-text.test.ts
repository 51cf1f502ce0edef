import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantText } from './instant-text.ts';

describe('an instant as text', () => {
  it.each([
    ['2026-11-27 13:12:33+00', '2026-11-27T13:12:33.000Z'],
    ['2026-11-27 13:12:33.1+00', '2026-11-27T13:12:33.100Z'],
    ['2026-11-27 13:12:33.012+00', '2026-11-27T13:12:33.012Z'],
    ['2026-11-27 18:12:33.12+05', '2026-11-27T13:12:33.120Z'],
    ['2026-11-27 18:42:33.12+05:30', '2026-11-27T13:12:33.120Z'],
    ['0044-03-15 00:00:00+00 BC', '-000043-03-15T00:00:00.000Z'],
    ['12026-11-27 13:12:33+00', '+012026-11-27T13:12:33.000Z'],
  ])('of what Postgres tells as %s is %s, whatever the session’s time zone', (told, text) => {
    expect(instantText(told)).toBe(text);
  });

  it('is that of its Date, whatever the instant', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), (at) => {
        const iso = at.toISOString();
        const [second, fraction = ''] = iso.slice(0, -1).replace('T', ' ').split('.');
        const told = `${second}.${fraction}`.replace(/\.?0*$/, '');
        expect(instantText(`${told}+00`)).toBe(iso);
      }),
    );
  });
});
