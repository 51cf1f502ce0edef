import type { NewScreening, Screening } from '@rohnamo/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scales, type ScoredInstrument } from './scales.ts';
import { interpreted, scored } from './score.ts';
import { validatedTranslations } from './translations.ts';

const asked = { version: '1', language: 'en', answeredOn: '2026-11-20' } as const;
/** Items of each instrument, the most that each counts, and the highest score. */
const shape = {
  'phq-9': { count: 9, max: 3, highest: 27 },
  'gad-7': { count: 7, max: 3, highest: 21 },
  'who-5': { count: 5, max: 5, highest: 100 },
  k6: { count: 6, max: 4, highest: 24 },
} as const satisfies Record<ScoredInstrument, object>;
const instruments = Object.keys(shape) as ScoredInstrument[]; // the keys of a constant

const screening = (instrument: ScoredInstrument, answers: number[]): NewScreening => ({
  instrument,
  ...asked,
  answers,
});
const scoreOf = (instrument: ScoredInstrument, answers: number[]): number =>
  scored(screening(instrument, answers)).score ?? Number.NaN;
const at = (instrument: ScoredInstrument, score: number, language: 'en' | 'tg' = 'en'): Screening =>
  interpreted({ ...screening(instrument, []), language, score });

describe('a score', () => {
  it('is the sum of the answers, and of WHO-5 four times that', () => {
    expect(scoreOf('phq-9', [0, 1, 2, 3, 0, 1, 2, 3, 0])).toBe(12);
    expect(scoreOf('gad-7', [3, 3, 3, 3, 3, 3, 3])).toBe(21);
    expect(scoreOf('who-5', [5, 4, 3, 2, 1])).toBe(60);
    expect(scoreOf('k6', [4, 4, 0, 0, 4, 1])).toBe(13);
  });

  it.each(instruments)('of %s lies in its range, and no answer that goes up lets it go down', (instrument) => {
    const { count, max, highest } = shape[instrument];
    const answers = fc.array(fc.integer({ min: 0, max }), { minLength: count, maxLength: count });
    fc.assert(
      fc.property(answers, fc.nat(count - 1), (given, item) => {
        const more = given.map((answer, index) => (index === item ? Math.min(answer + 1, max) : answer));
        const score = scoreOf(instrument, given);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(highest);
        expect(scoreOf(instrument, more)).toBeGreaterThanOrEqual(score);
      }),
    );
  });

  it('can reach both ends of its scale, and each score has a band', () => {
    for (const instrument of instruments) {
      const { count, max, highest } = shape[instrument];
      expect(scoreOf(instrument, Array<number>(count).fill(0))).toBe(0);
      expect(scoreOf(instrument, Array<number>(count).fill(max))).toBe(highest);
      expect(scales[instrument].stretches.at(-1)?.upTo).toBe(highest);
      for (let score = 0; score <= highest; score += 1) expect(at(instrument, score).band).not.toBeNull();
    }
  });
});

describe('a band', () => {
  it.each([
    ['phq-9', { 0: 'minimal', 4: 'minimal', 5: 'mild', 9: 'mild', 10: 'moderate', 14: 'moderate' }],
    ['phq-9', { 15: 'moderately-severe', 19: 'moderately-severe', 20: 'severe', 27: 'severe' }],
    [
      'gad-7',
      { 0: 'none', 4: 'none', 5: 'mild', 9: 'mild', 10: 'moderate', 14: 'moderate', 15: 'severe', 21: 'severe' },
    ],
    ['who-5', { 0: 'likely-depression', 28: 'likely-depression', 32: 'low-well-being', 48: 'low-well-being' }],
    ['who-5', { 50: 'low-well-being', 52: 'none', 100: 'none' }],
    ['k6', { 0: 'none', 12: 'none', 13: 'serious-distress', 24: 'serious-distress' }],
  ] as const)('of %s is the one that its authors gave: %o', (instrument, bands) => {
    for (const [score, band] of Object.entries(bands)) expect(at(instrument, Number(score)).band, score).toBe(band);
  });

  it('is not shown of a translation that is not validated, nor is anything suggested by it', () => {
    for (const instrument of instruments)
      expect(at(instrument, 20, 'tg')).toMatchObject({
        score: 20,
        band: null,
        suggests: { needCategories: [], priority: null },
      });
  });

  it('rests on a source, and its text on a licence', () => {
    for (const languages of Object.values(validatedTranslations))
      for (const { source, licence } of Object.values(languages)) {
        expect(source).toMatch(/doi:10\.\d{4,}\/\S+$/);
        expect(licence).not.toBe('');
      }
  });
});

describe('what a result suggests', () => {
  it.each([
    ['phq-9', 9, 10],
    ['gad-7', 9, 10],
    ['who-5', 52, 48],
    ['k6', 12, 13],
  ] as const)('of %s is nothing at %i, and mental-health support at %i', (instrument, without, from) => {
    expect(at(instrument, without).suggests).toEqual({ needCategories: [], priority: null });
    expect(at(instrument, from).suggests).toEqual({ needCategories: ['mhpss'], priority: null });
  });

  it('is to be soon where the PHQ-9 is severe', () => {
    expect(at('phq-9', 19).suggests.priority).toBeNull();
    expect(at('phq-9', 20).suggests.priority).toBe('urgent');
  });

  it('is no other for item 9 of the PHQ-9: it counts as any point does', () => {
    const one = interpreted(scored(screening('phq-9', [1, 0, 0, 0, 0, 0, 0, 0, 0])));
    const nine = interpreted(scored(screening('phq-9', [0, 0, 0, 0, 0, 0, 0, 0, 1])));
    expect({ ...nine, answers: [] }).toEqual({ ...one, answers: [] });
  });
});

describe('the Washington Group Short Set', () => {
  const easy = {
    seeing: 'none',
    hearing: 'none',
    walking: 'some',
    remembering: 'none',
    selfCare: 'none',
    communicating: 'none',
  } as const;
  const of = (answers: Partial<Extract<NewScreening, { instrument: 'washington-group-short-set' }>['answers']>) => {
    const instrument = 'washington-group-short-set';
    return interpreted(scored({ instrument, ...asked, language: 'tg', answers: { ...easy, ...answers } }));
  };
  const rehabilitation = { needCategories: ['disability-rehabilitation'], priority: null };

  it('finds something where one domain is a lot or cannot, in any language, and has no score and no band', () => {
    for (const domain of Object.keys(easy))
      for (const difficulty of ['a-lot', 'cannot'])
        expect(of({ [domain]: difficulty }), `${domain} ${difficulty}`).toMatchObject({
          score: null,
          band: null,
          finding: true,
          suggests: rehabilitation,
        });
    expect(of({})).toMatchObject({ finding: false, suggests: { needCategories: [] } });
  });

  it('suggests rehabilitation at any difficulty of the upper body, which is no domain of its own', () => {
    expect(of({ upperBody: 'some' })).toMatchObject({ finding: false, suggests: rehabilitation });
    expect(of({ upperBody: 'cannot' })).toMatchObject({ finding: false, suggests: rehabilitation });
    expect(of({ upperBody: 'none' })).toMatchObject({ finding: false, suggests: { needCategories: [] } });
  });
});

describe('TB symptom questions', () => {
  const none = { cough: 'no', fever: false, weightLoss: false, nightSweats: false } as const;
  const of = (answers: Partial<Extract<NewScreening, { instrument: 'tb-symptoms' }>['answers']>) =>
    interpreted(scored({ instrument: 'tb-symptoms', ...asked, language: 'ru', answers: { ...none, ...answers } }));

  it('suggest an evaluation at any yes', () => {
    for (const yes of [
      { cough: 'under-two-weeks' },
      { cough: 'two-weeks-or-longer' },
      { fever: true },
      { weightLoss: true },
      { nightSweats: true },
    ] as const)
      expect(of(yes)).toMatchObject({ finding: true, suggests: { needCategories: ['communicable-disease'] } });
    expect(of({})).toMatchObject({ score: null, band: null, finding: false, suggests: { needCategories: [] } });
  });
});
