import { z } from 'zod';
import { WorkPlace } from './work-place.ts';
import { Role } from './access.ts';
import { Id } from './identifiers.ts';

/** Asked by the referral service at the moment it prints a slip, on behalf of whoever prints it. */
export const BirthYearQuestion = z.strictObject({
  at: WorkPlace.default({ facilityIds: [], deskIds: [] }).describe('Where whoever asks works'),
  beneficiaryId: Id,
  referralId: Id,
  askedBy: z.strictObject({
    organisationId: Id,
    clientId: z.string().max(200),
    role: Role,
    actingPerson: z.string().max(64).nullable(),
  }),
});
export type BirthYearQuestion = z.infer<typeof BirthYearQuestion>;

export const BirthYearAnswer = z.object({
  birthYear: z.int().nullable().describe('null: it is not known, or there is no such person'),
});
export type BirthYearAnswer = z.infer<typeof BirthYearAnswer>;
