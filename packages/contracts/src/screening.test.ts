import { describe, expect, it } from 'vitest';
import { Instrument, NewScreening, NewScreenings } from './screening.ts';

const asked = { version: '1', language: 'tg', answeredOn: '2026-11-20' };
const washingtonGroup = {
  seeing: 'none',
  hearing: 'some',
  walking: 'a-lot',
  remembering: 'none',
  selfCare: 'cannot',
  communicating: 'none',
};
const tbSymptoms = { cough: 'two-weeks-or-longer', fever: true, weightLoss: false, nightSweats: false };
const sound = {
  'phq-9': [0, 1, 2, 3, 0, 1, 2, 3, 0],
  'gad-7': [0, 1, 2, 3, 0, 1, 2],
  'who-5': [0, 1, 2, 3, 5],
  k6: [0, 1, 2, 3, 4, 0],
  'washington-group-short-set': washingtonGroup,
  'tb-symptoms': tbSymptoms,
} satisfies Record<Instrument, unknown>;
const screening = (instrument: Instrument, other: object = {}) => ({
  instrument,
  ...asked,
  answers: sound[instrument],
  ...other,
});
const complaints = (sent: unknown) =>
  (NewScreenings.safeParse(sent).error?.issues ?? []).map(({ code, path }) => [code, path.join('/')]);

describe('a screening result', () => {
  it('is taken of each instrument, with its own answers', () => {
    expect(complaints(Instrument.options.map((instrument) => screening(instrument)))).toEqual([]);
  });

  it.each(['phq-9', 'gad-7', 'who-5', 'k6'] as const)(
    'of %s has one answer for each item, no more and no fewer',
    (instrument) => {
      expect(complaints([screening(instrument, { answers: sound[instrument].slice(1) })])).toEqual([
        ['too_small', '0/answers'],
      ]);
      expect(complaints([screening(instrument, { answers: [...sound[instrument], 0] })])).toEqual([
        ['too_big', '0/answers'],
      ]);
    },
  );

  it.each([
    ['phq-9', 3],
    ['gad-7', 3],
    ['who-5', 5],
    ['k6', 4],
  ] as const)('of %s has whole answers from 0 to %i', (instrument, max) => {
    const withFirst = (answer: number) => [screening(instrument, { answers: [answer, ...sound[instrument].slice(1)] })];
    expect(complaints(withFirst(max))).toEqual([]);
    for (const answer of [-1, max + 1, 0.5]) expect(complaints(withFirst(answer)), `${answer}`).toHaveLength(1);
  });

  it('of the Washington Group has all six domains, and the upper body where it was asked', () => {
    const { seeing: _, ...five } = washingtonGroup;
    const withAnswers = (answers: object) => complaints([screening('washington-group-short-set', { answers })]);
    expect(withAnswers(five)).toEqual([['invalid_value', '0/answers/seeing']]);
    expect(withAnswers({ ...washingtonGroup, upperBody: 'some' })).toEqual([]);
    expect(withAnswers({ ...washingtonGroup, walking: 'all' })).toEqual([['invalid_value', '0/answers/walking']]);
  });

  it('of TB symptoms has an answer to each of the four', () => {
    const { fever: _, ...three } = tbSymptoms;
    expect(complaints([screening('tb-symptoms', { answers: three })])).toEqual([['invalid_type', '0/answers/fever']]);
  });

  it('never brings its own score, nor what comes of it', () => {
    for (const own of ['score', 'band', 'finding', 'suggests']) {
      const { error } = NewScreening.safeParse(screening('gad-7', { [own]: 3 }));
      expect(error?.issues, own).toMatchObject([{ code: 'unrecognized_keys', keys: [own] }]);
    }
  });

  it('is one of each instrument', () => {
    expect(complaints([screening('k6'), screening('gad-7'), screening('k6')])).toEqual([['custom', '2/instrument']]);
  });

  it('of an instrument that is not known is refused', () => {
    expect(complaints([{ ...screening('k6'), instrument: 'phq-15' }])).toEqual([['invalid_union', '0/instrument']]);
  });
});

describe('item 9 of the PHQ-9', () => {
  const answered = (item9: number, other: object = {}) =>
    complaints([screening('phq-9', { answers: [...sound['phq-9'].slice(0, 8), item9], ...other })]);

  it('above 0 is taken only with who acted, and how', () => {
    for (const item9 of [1, 2, 3]) {
      expect(answered(item9)).toEqual([['custom', '0/safety']]);
      expect(answered(item9, { safety: { actedBy: 'nurse-3', action: 'stayed with the person' } })).toEqual([]);
    }
    expect(answered(1, { safety: { actedBy: 'nurse-3' } })).toEqual([['invalid_type', '0/safety/action']]);
    expect(answered(0)).toEqual([]);
  });

  it('is acted on by an opaque staff id, never by a name', () => {
    const safety = { actedBy: 'Фирӯза Назарова', action: 'stayed' };
    expect(answered(1, { safety })).toEqual([['invalid_format', '0/safety/actedBy']]);
  });
});
