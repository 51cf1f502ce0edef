import { z } from 'zod';
import { BarrierCode } from './codes.ts';
import { Id, Timestamp } from './identifiers.ts';
import { Phrase, SlipHolder } from './slip.ts';

/** What a person says of a referral of theirs, by their own word. */
export const FeedbackKind = z.enum(['helped', 'not-helped', 'did-not-go']);
export type FeedbackKind = z.infer<typeof FeedbackKind>;

export const NewFeedback = z
  .strictObject({
    ...SlipHolder.shape,
    kind: FeedbackKind,
    barrier: BarrierCode.optional().describe('Why they did not go'),
  })
  .refine(({ kind, barrier }) => barrier === undefined || kind === 'did-not-go', {
    path: ['barrier'],
    message: 'is said of did-not-go alone',
  })
  .meta({
    examples: [
      {
        token: '4K7M-2QX9-3B8D-W0FT-6HJN-P1RS-5VYZ',
        birthYear: 1994,
        kind: 'did-not-go',
        barrier: 'transport',
      },
    ],
  });
export type NewFeedback = z.infer<typeof NewFeedback>;

/** A number for people, as somebody reads it out: in any case. */
const ReferralNumber = z
  .string()
  .max(40)
  .transform((written) => written.trim().toUpperCase())
  .pipe(z.string().regex(/^RH-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]$/, 'must be the number on the slip'))
  .meta({ examples: ['RH-4K7M2-QX93B-7'] });

/** What a person says to a supervisor's office of a referral of theirs. */
export const ReportedFeedback = z
  .strictObject({
    number: ReferralNumber,
    kind: FeedbackKind,
    barrier: BarrierCode.optional().describe('Why they did not go'),
  })
  .refine(({ kind, barrier }) => barrier === undefined || kind === 'did-not-go', {
    path: ['barrier'],
    message: 'is said of did-not-go alone',
  })
  .meta({ examples: [{ number: 'RH-4K7M2-QX93B-7', kind: 'not-helped' }] });
export type ReportedFeedback = z.infer<typeof ReportedFeedback>;

/** The same for everybody, whatever came of it. */
export const FeedbackTaken = z.object({ phrase: Phrase.describe('What to say to the person') });
export type FeedbackTaken = z.infer<typeof FeedbackTaken>;

/** A person takes back the consent under which they were referred, by their slip. */
export const NewWithdrawal = z
  .strictObject({
    ...SlipHolder.shape,
    confirm: z.literal(true).describe('That the person was asked whether they mean it: it cannot be taken back'),
  })
  .meta({ examples: [{ token: '4K7M-2QX9-3B8D-W0FT-6HJN-P1RS-5VYZ', birthYear: 1994, confirm: true }] });
export type NewWithdrawal = z.infer<typeof NewWithdrawal>;

/** The same for everybody, whatever came of it. */
export const WithdrawalTaken = z.object({ phrase: Phrase.describe('What to say to the person') });
export type WithdrawalTaken = z.infer<typeof WithdrawalTaken>;

/** What a person said, as a supervisor hears it. */
export const Feedback = z.object({
  id: Id,
  referralId: Id,
  taskId: Id.describe('Of which attempt it was said'),
  kind: FeedbackKind,
  barrier: BarrierCode.nullable(),
  givenAt: Timestamp,
});
export type Feedback = z.infer<typeof Feedback>;
