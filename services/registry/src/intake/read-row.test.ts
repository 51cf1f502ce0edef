import { describe, expect, it } from 'vitest';
import { readRow } from './read-row.ts';
import type { Cells } from './staged-row.ts';

const reading = { sourceSystem: 'office', phoneRegion: 'TJ' as const, today: '2026-11-24' };
const read = (cells: Cells) => readRow({ cells }, reading);
const whole: Cells = { external_id: '1042', given_name: 'Фирӯза', family_name: 'Назарова' };
const complaintsOf = (cells: Cells) => {
  const row = read(cells);
  if (!('complaints' in row)) throw new Error('it was not refused');
  return row;
};

describe('a row', () => {
  it('is read in the ways that people write', () => {
    const row = read({
      ...whole,
      sex: 'Female',
      birth_date: '21.03.1994',
      phone: '93 123 45 67',
      access_requirements: 'wheelchair|sight|sight',
      return_country: 'ru',
      returned_on: '2026-09-01',
    });
    expect(row).toMatchObject({
      externalId: '1042',
      details: {
        sex: 'female',
        birthDate: '1994-03-21',
        phone: '+992931234567',
        accessRequirements: ['wheelchair', 'sight'],
        returnCountry: 'RU',
        returnedOn: '2026-09-01',
        language: 'tg',
        village: null,
      },
    });
  });

  it('names only what it speaks of', () => {
    const row = read({ ...whole, phone: null, village: 'Ворух' });
    expect(row).toHaveProperty('named', { givenName: 'Фирӯза', familyName: 'Назарова', phone: null, village: 'Ворух' });
  });

  it('is told that a date has no form of a date, or that there is no such day', () => {
    const problemOf = (column: 'birth_date' | 'returned_on', cell: string) =>
      complaintsOf({ ...whole, [column]: cell }).complaints.map(({ problem }) => problem);
    for (const cell of ['31/02/1994', 'March', '1994-3-1', '94'])
      expect(problemOf('birth_date', cell), cell).toEqual(['has none of the forms of a date']);
    for (const cell of ['30.02.1994', '1994-02-30', '1994-13-01'])
      expect(problemOf('birth_date', cell), cell).toEqual(['must be a day of the calendar']);
    expect(problemOf('returned_on', '12/2026')).toEqual(['has none of the forms of a date']);
    expect(problemOf('returned_on', '30.02.2026')).toEqual(['must be a valid date, such as 2026-11-24']);
  });

  it('has the same digest when it is the same, and another when it is not', () => {
    const digest = (cells: Cells) => {
      const row = read(cells);
      return 'digest' in row ? row.digest.toString('hex') : null;
    };
    expect(digest({ ...whole })).toBe(digest({ family_name: 'Назарова', external_id: '1042', given_name: 'Фирӯза' }));
    expect(
      new Set([digest(whole), digest({ ...whole, phone: null }), digest({ ...whole, village: 'Ворух' })]).size,
    ).toBe(3);
  });

  it('is refused for everything that is wrong with it at once, by column, with what to do, and never with the value', () => {
    const row = complaintsOf({
      external_id: '7',
      family_name: 'x'.repeat(101),
      sex: 'lady',
      birth_date: '31.02.1994',
      phone: 'ask Malika',
      language: 'klingon',
      access_requirements: 'ladder',
      return_country: 'Russia',
      returned_on: '1994',
    });
    expect(row.externalId).toBe('7');
    expect(row.complaints.map(({ field }) => field)).toEqual([
      'given_name',
      'family_name',
      'sex',
      'birth_date',
      'phone',
      'language',
      'access_requirements',
      'return_country',
      'returned_on',
    ]);
    for (const { problem, remedy } of row.complaints) {
      expect(problem).not.toBe('');
      expect(remedy).toMatch(/\.$/);
    }
    expect(JSON.stringify(row.complaints)).not.toMatch(/lady|31\.02|Malika|klingon|ladder|Russia|xxx/);
  });

  it.each([
    ['2027-01-01', 'must not lie in the future'],
    ['1899', 'must not lie before 1900'],
  ])('is refused for a birth in %s', (birth_date) => {
    expect(complaintsOf({ ...whole, birth_date }).complaints).toMatchObject([{ field: 'birth_date' }]);
  });

  it.each(['0000-01-01', '01.01.0000', '2100-01-01'])('is refused for a return on %s', (returned_on) => {
    expect(complaintsOf({ ...whole, returned_on }).complaints).toMatchObject([{ field: 'returned_on' }]);
  });

  it('is refused for text that cannot be stored', () => {
    expect(complaintsOf({ ...whole, given_name: 'A\0' }).complaints).toMatchObject([{ field: 'given_name' }]);
    expect(complaintsOf({ ...whole, village: '\ud800' }).complaints).toMatchObject([{ field: 'village' }]);
  });

  it('has no external id in the report unless it is one', () => {
    expect(complaintsOf({ ...whole, external_id: 'x'.repeat(129) })).toMatchObject({
      externalId: null,
      complaints: [{ field: 'external_id' }],
    });
    expect(complaintsOf({ given_name: 'A', family_name: 'B' })).toMatchObject({
      externalId: null,
      complaints: [{ field: 'external_id', problem: 'is required' }],
    });
  });
});
