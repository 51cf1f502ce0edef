import { z } from 'zod';
import { Id, line } from './identifiers.ts';
import { NewReferral } from './referral-form.ts';
import { ReferralState } from './referral-state.ts';

/** Needs that are never referred in bulk: their consent is asked for one referral and one recipient, with the person before you. */
export const needsNeverInBulk = ['sexual-violence', 'trafficking'] as const;

/** Your own name for a line: its answer has it. Opaque to us, so put nothing about the person in it. */
const lineName = line(64);

/** One line of a batch: a referral as it is made alone, with its own consent. */
export const BatchedReferral = NewReferral.extend({
  line: lineName.optional().describe('Your own name for this line, which its answer has; opaque to us'),
});
export type BatchedReferral = z.infer<typeof BatchedReferral>;

/** By what a line is answered: your own name for it, or else its number in the body, from 1. */
const answeredLine = z.union([lineName, z.int().min(1)]);

/** What became of one line. */
export const BatchAnswer = z.union([
  z.object({ line: answeredLine, status: z.literal(201), id: Id, number: z.string(), state: ReferralState }),
  z.object({
    line: answeredLine,
    status: z.int().min(400).describe('That of the same problem, had it been referred alone'),
    problem: z.looseObject({
      type: z.string(),
      title: z.string(),
      detail: z.string().optional(),
      errors: z.array(z.looseObject({ pointer: z.string().optional(), detail: z.string() })).optional(),
    }),
  }),
]);
export type BatchAnswer = z.infer<typeof BatchAnswer>;
