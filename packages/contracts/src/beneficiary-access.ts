import { z } from 'zod';
import { Role } from './access.ts';
import { DataCategory } from './codes.ts';
import { ConsentPurpose } from './consent.ts';
import { Id, Timestamp } from './identifiers.ts';

/** What became of an access: the data was shown, written (and shown to whoever wrote it), or kept back. */
export const AccessOutcome = z.enum(['disclosed', 'changed', 'denied']);
export type AccessOutcome = z.infer<typeof AccessOutcome>;

/** One access to a person's data, or a refusal of one: who, when, to what. Ids and codes only. */
export const BeneficiaryAccess = z.object({
  id: Id.describe('Of the entry in the journal that says so'),
  position: z.int().describe('The place of that entry in the journal: what it can be proved by'),
  time: Timestamp,
  outcome: AccessOutcome,
  type: z.string().meta({ examples: ['beneficiary.observed.v1'] }),
  route: z
    .string()
    .nullable()
    .describe('What was asked, without any value; null of a change, but where a person withdrew by their slip')
    .meta({ examples: ['GET /v1/beneficiaries/:id'] }),
  purpose: ConsentPurpose.nullable().describe('Of a disclosure: what for'),
  categories: z.array(DataCategory).describe('Which data were shown; empty where none of the person’s own were'),
  consentId: Id.nullable().describe('The consent that was looked at or changed'),
  referralId: Id.nullable().describe(
    'Of a disclosure: the referral for which a facility asked; of a hand-over, the case that an organisation has from then on',
  ),
  reasonCode: z.string().nullable().describe('Of a refused disclosure, or a hand-over: why'),
  organisationId: Id.nullable().describe('null with `clientId` and `role`: the person themselves, by their slip'),
  clientId: z.string().nullable(),
  role: Role.nullable(),
  actingPerson: z
    .string()
    .nullable()
    .describe('The member of staff, as the client names them; null where it named none'),
  traceId: z.string().nullable().describe('The request id under which it was answered'),
});
export type BeneficiaryAccess = z.infer<typeof BeneficiaryAccess>;
