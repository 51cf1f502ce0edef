import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askedPauseMaxMs, askedPauseMs } from './retry-after.ts';

const now = new Date('2026-11-24T04:30:00.000Z');

describe('the pause that an endpoint asks for', () => {
  it.each([
    ['seconds', '120', 120_000],
    ['seconds between blanks', ' 3600 ', 3_600_000],
    ['no seconds', '0', 0],
    ['a date', 'Tue, 24 Nov 2026 04:31:30 GMT', 90_000],
    ['a date in the format of RFC 850', 'Tuesday, 24-Nov-26 04:31:30 GMT', 90_000],
    ['a date in the format of asctime', 'Tue Nov 24 04:31:30 2026', 90_000],
    ['a date that is over', 'Tue, 24 Nov 2026 04:29:59 GMT', 0],
    ['no header', undefined, 0],
    ['an empty header', '', 0],
    ['a negative number', '-5', 0],
    ['a fraction', '1.5', 0],
    ['an exponent', '1e3', 0],
    ['a word', 'soon', 0],
    ['a date of another form', '2026-11-24T05:00:00Z', 0],
    ['a date that there is not', 'Tue, 99 Nov 2026 04:31:30 GMT', 0],
  ])('%s', (_name, value, expected) => expect(askedPauseMs(value, now)).toBe(expected));

  it('is granted as asked for up to twelve hours, and no longer, however it is written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 400n }), (seconds) => {
        const wanted = seconds > BigInt(askedPauseMaxMs / 1000) ? askedPauseMaxMs : Number(seconds) * 1000;
        expect(askedPauseMs(String(seconds), now)).toBe(wanted);
      }),
    );
    fc.assert(
      fc.property(fc.date({ min: now, max: new Date('2090-01-01'), noInvalidDate: true }), (date) => {
        const wanted = Math.floor(date.getTime() / 1000) * 1000 - now.getTime();
        expect(askedPauseMs(date.toUTCString(), now)).toBe(Math.min(Math.max(0, wanted), askedPauseMaxMs));
      }),
    );
  });

  it('is never anything but a number of milliseconds within the bound', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const pause = askedPauseMs(value, now);
        expect(pause >= 0 && pause <= askedPauseMaxMs).toBe(true);
      }),
    );
  });
});
