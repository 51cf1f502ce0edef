import { z } from 'zod';
import { Id } from './identifiers.ts';

/** Why an operator gives all cases of an organisation to another one. */
export const HandOverReason = z.enum(['office-closed', 'organisations-merged', 'mandate-ended', 'funding-ended']);
export type HandOverReason = z.infer<typeof HandOverReason>;

/** The operator's own reference for it, of an order or a ticket: a few numbers, after a few capitals, so that it names nobody. */
export const HandOverReference = z.string().regex(/^(?:[A-Z]{1,5}-)?\d{1,6}(?:[./-]\d{1,6}){0,2}$/);

/** Told to the registry by the referral service before a case is handed over, so that the person's accesses have who gained access. */
export const HandOverNotice = z.strictObject({
  beneficiaryId: Id,
  referralId: Id,
  organisationId: Id.describe('Whose case it is from now on'),
  reason: HandOverReason,
});
export type HandOverNotice = z.infer<typeof HandOverNotice>;

export const HandOverNoted = z.object({ noted: z.literal(true) });
