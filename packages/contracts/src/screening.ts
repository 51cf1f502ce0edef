import { z } from 'zod';
import { type DataCategory, Language, NeedCategory, Priority } from './codes.ts';
import { CalendarDate, GivenDate, line, StaffId } from './identifiers.ts';

/**
 * Questionnaires whose answers may go with a referral.
 *
 * - `phq-9`: Kroenke, Spitzer, Williams, J Gen Intern Med 2001;16:606.
 * - `gad-7`: Spitzer, Kroenke, Williams, Löwe, Arch Intern Med 2006;166:1092.
 * - `who-5`: WHO Regional Office for Europe, the DepCare project, 1998; Topp et al., Psychother Psychosom 2015;84:167.
 * - `k6`: Kessler et al., Psychol Med 2002;32:959, and Arch Gen Psychiatry 2003;60:184.
 * - `washington-group-short-set`: Washington Group on Disability Statistics, washingtongroup-disability.com.
 * - `tb-symptoms`: WHO consolidated guidelines on tuberculosis, module 2: screening, 2021.
 */
export const Instrument = z.enum(['phq-9', 'gad-7', 'who-5', 'k6', 'washington-group-short-set', 'tb-symptoms']);
export type Instrument = z.infer<typeof Instrument>;

/** The one data category that a consent must name before an instrument's answers may leave. */
export const dataCategoryOfInstrument = {
  'phq-9': 'mhpss',
  'gad-7': 'mhpss',
  'who-5': 'mhpss',
  k6: 'mhpss',
  'washington-group-short-set': 'health',
  'tb-symptoms': 'health',
} as const satisfies Record<Instrument, DataCategory>;

const asked = {
  version: line(64)
    .describe('Of the instrument, in the words of its publisher')
    .meta({ examples: ['1999'] }),
  language: Language.describe('In which it was asked'),
  answeredOn: GivenDate,
};

/** One whole number for each item, in the order of the instrument. */
const items = ({ count, max }: { count: number; max: number }) => z.array(z.int().min(0).max(max)).length(count);

/** Who acted on an answer that speaks of death or self-harm, and how. */
const Safety = z.strictObject({
  actedBy: StaffId.describe('An opaque staff id'),
  action: line(200).meta({ examples: ['stayed with the person until the doctor came'] }),
});

const Difficulty = z.enum(['none', 'some', 'a-lot', 'cannot']);
const WashingtonGroupAnswers = z.strictObject({
  seeing: Difficulty,
  hearing: Difficulty,
  walking: Difficulty,
  remembering: Difficulty,
  selfCare: Difficulty,
  communicating: Difficulty,
  upperBody: Difficulty.optional().describe('Asked beside the six after an injury'),
});

const TbAnswers = z.strictObject({
  cough: z.enum(['no', 'under-two-weeks', 'two-weeks-or-longer']),
  fever: z.boolean(),
  weightLoss: z.boolean(),
  nightSweats: z.boolean(),
});

const phq9 = {
  instrument: z.literal('phq-9'),
  ...asked,
  answers: items({ count: 9, max: 3 }),
  safety: Safety.optional().describe('Required where item 9 is above 0'),
};
const gad7 = { instrument: z.literal('gad-7'), ...asked, answers: items({ count: 7, max: 3 }) };
const who5 = { instrument: z.literal('who-5'), ...asked, answers: items({ count: 5, max: 5 }) };
const k6 = { instrument: z.literal('k6'), ...asked, answers: items({ count: 6, max: 4 }) };
const washingtonGroup = {
  instrument: z.literal('washington-group-short-set'),
  ...asked,
  answers: WashingtonGroupAnswers,
};
const tbSymptoms = { instrument: z.literal('tb-symptoms'), ...asked, answers: TbAnswers };

/** What was answered. Scores are computed from it, and never taken from a caller. */
export const NewScreening = z.discriminatedUnion('instrument', [
  z.strictObject(phq9).refine(({ answers: { [8]: item9 = 0 }, safety }) => item9 === 0 || safety !== undefined, {
    path: ['safety'],
    message: 'is required where item 9 is above 0: who acted, and how',
  }),
  z.strictObject(gad7),
  z.strictObject(who5),
  z.strictObject(k6),
  z.strictObject(washingtonGroup),
  z.strictObject(tbSymptoms),
]);
export type NewScreening = z.infer<typeof NewScreening>;

/** At most one result of each instrument. */
export const NewScreenings = z
  .array(NewScreening)
  .max(Instrument.options.length)
  .check(({ value, issues }) => {
    for (const [index, { instrument }] of value.entries())
      if (value.findIndex((screening) => screening.instrument === instrument) < index)
        issues.push({ code: 'custom', input: value, path: [index, 'instrument'], message: 'is answered twice' });
  });

/** How an instrument's authors call a stretch of its scores; `none`: they give this one no name. */
export const ScreeningBand = z.enum([
  'none',
  'minimal',
  'mild',
  'moderate',
  'moderately-severe',
  'severe',
  'low-well-being',
  'likely-depression',
  'serious-distress',
]);
export type ScreeningBand = z.infer<typeof ScreeningBand>;

/** What somebody may consider. Nothing of a referral follows from it: a person decides. */
export const ScreeningSuggestion = z.object({
  needCategories: z.array(NeedCategory),
  priority: Priority.nullable().describe('null: the result says nothing of it'),
});
export type ScreeningSuggestion = z.infer<typeof ScreeningSuggestion>;

const result = {
  answeredOn: CalendarDate,
  score: z.int().nullable().describe('Computed from the answers; null of an instrument that has none'),
  band: ScreeningBand.nullable().describe(
    'null where the translation is not validated, or the instrument has no bands',
  ),
  finding: z
    .boolean()
    .nullable()
    .describe('Washington Group: a domain with "a lot" or "cannot"; TB: any yes. null of an instrument with a score'),
  suggests: ScreeningSuggestion,
};

/** What was answered, and what it comes to. */
export const Screening = z.discriminatedUnion('instrument', [
  z.object({ ...phq9, ...result }),
  z.object({ ...gad7, ...result }),
  z.object({ ...who5, ...result }),
  z.object({ ...k6, ...result }),
  z.object({ ...washingtonGroup, ...result }),
  z.object({ ...tbSymptoms, ...result }),
]);
export type Screening = z.infer<typeof Screening>;
