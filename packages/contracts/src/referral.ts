import { z } from 'zod';
import { Checkpoint } from './checkpoint.ts';
import {
  AccessRequirement,
  AgeBand,
  BarrierCode,
  Language,
  NeedCategory,
  OutcomeCode,
  Priority,
  ProviderPreference,
} from './codes.ts';
import { CalendarDate, Id, Timestamp, Version } from './identifiers.ts';
import { Minor, PlanningSession, SafeContact } from './referral-form.ts';
import { ReferralAction, ReferralState } from './referral-state.ts';
import { Screening } from './screening.ts';

/** Whether care came, in the only words that leave the facility. */
export const Served = z.enum(['served', 'ongoing', 'not-served']);
export type Served = z.infer<typeof Served>;

/** What the facility proposes for after its own part. */
export const FurtherReferral = z.object({ service: z.string().nullable(), note: z.string().nullable() });
export type FurtherReferral = z.infer<typeof FurtherReferral>;

export const Receipt = z.object({
  deliveryId: Id,
  eventType: z.string(),
  state: z.enum(['delivered', 'retrying', 'failed']).describe('delivered: the facility’s system answered 2xx'),
  attempts: z.int(),
  at: Timestamp,
});
export type Receipt = z.infer<typeof Receipt>;

/** How much of a referral a caller sees. `former`: what is left to a facility from which it was taken away. `proposal`: to an organisation that is asked to take the case over. */
export const ReferralView = z.enum(['triage', 'details', 'referrer', 'supervisor', 'former', 'proposal']);
export type ReferralView = z.infer<typeof ReferralView>;

/** An attempt at one facility that has ended, and why. */
export const EndedTask = z.object({
  taskId: Id,
  facilityId: Id,
  facilityOrganisationId: Id,
  state: ReferralState,
  reasonCode: z.string().nullable(),
  sentAt: Timestamp.nullable(),
  endedAt: Timestamp,
});
export type EndedTask = z.infer<typeof EndedTask>;

/** A referral as the caller may see it. What the view does not open is absent, not null. */
export const Referral = z.object({
  id: Id,
  version: Version,
  number: z
    .string()
    .describe('For people: printed, read out, with a check digit')
    .meta({ examples: ['RH-4K7M-2QX9-3'] }),
  view: ReferralView,
  state: ReferralState,
  previousState: ReferralState.nullable().describe('Where a cancellation was asked for'),
  allowedActions: z.array(ReferralAction).describe('What this caller may do now'),
  taskId: Id,
  taskNumber: z.int().describe('1 for the first attempt, one more with every facility that it is passed on to'),
  priority: Priority.describe('To a supervisor never one that only the need explains'),
  referrerOrganisationId: Id,
  proposedTo: Id.optional().describe(
    'To who refers, and to their supervisor: which organisation is asked to take the case over; absent where none is',
  ),
  facilityId: Id,
  facilityOrganisationId: Id,
  deskId: Id.nullable()
    .optional()
    .describe(
      'The desk of the facility whose it is; null: the whole facility’s; absent to a supervisor, and in a proposal',
    ),
  offeringId: Id.optional(),
  service: z.string().optional().describe('A sensitive one reads "confidential service"'),
  ageBand: AgeBand.optional(),
  language: Language.optional(),
  accessRequirements: z.array(AccessRequirement).optional(),
  districtId: z.string().nullable().optional(),
  sharingStopped: z.boolean().describe('Consent was withdrawn, or has ended: nothing more is shared'),
  consentUnconfirmed: z
    .boolean()
    .describe(
      'The person was taken on while the registry could not be asked whether the consent still stands: nothing opens until it has said so',
    ),
  reasonCode: z.string().nullable().describe('Why it was rejected, cancelled or expired, or how it was closed'),
  responsible: z.string().nullable().describe('Who of the facility sees to it: an opaque id'),
  walkIn: z.boolean(),
  appointmentAt: Timestamp.nullable(),
  noShows: z.int().describe('How often the person did not attend'),
  dueAt: Timestamp.nullable().describe('When the next answer is due'),
  overdue: z.boolean(),
  sentAt: Timestamp.nullable(),
  createdAt: Timestamp,
  changedAt: Timestamp,
  result: z
    .object({
      attended: z.boolean(),
      served: Served,
      nextSteps: z.string().nullable().describe('What the person must do next'),
      followUpOn: CalendarDate.nullable(),
    })
    .nullable()
    .optional(),
  outcome: z
    .object({
      code: OutcomeCode.nullable().describe('null while care goes on'),
      findings: z.string().nullable(),
      barrier: BarrierCode.nullable(),
      furtherReferral: FurtherReferral.nullable(),
    })
    .nullable()
    .optional()
    .describe('To a supervisor its codes alone'),
  needMet: z.boolean().nullable().optional(),
  endedTasks: z
    .array(EndedTask)
    .optional()
    .describe('Earlier attempts, oldest first; for who refers and who supervises'),
  otherOpenReferrals: z
    .array(z.object({ id: Id, number: z.string() }))
    .optional()
    .describe(
      'To the facility that reads one referral: others of the same person to the same service there that are open, which it may see. Other referrers may have sent them and know nothing of one another.',
    ),
  receipts: z.array(Receipt).optional().describe('Whether the facility’s system was told'),
  details: z
    .object({
      beneficiaryId: Id,
      needCategory: NeedCategory,
      consentId: Id,
      safeContact: SafeContact,
      reason: z.string().nullable(),
      servicesAlreadyGiven: z.string().nullable(),
      interpreter: Language.nullable(),
      providerPreferred: ProviderPreference.nullable(),
      instructions: z.string().nullable(),
      question: z.string().nullable(),
      answer: z.string().nullable(),
      reference: z.string().nullable(),
      psychologicalFirstAid: z.boolean().nullable(),
      returnCountry: z.string().nullable(),
      returnedOn: CalendarDate.nullable(),
      treatmentInterrupted: z.string().nullable(),
      planningSession: PlanningSession.nullable(),
      screenings: z
        .array(Screening)
        .nullable()
        .describe('To whoever neither wrote them nor provides health care: null, or what anybody may ask'),
      restrictedNotes: z.string().nullable().describe('null to whoever neither wrote them nor provides health care'),
      minor: Minor.nullable(),
    })
    .optional(),
});
export type Referral = z.infer<typeof Referral>;

/** One line of a referral's history. */
export const TrailEntry = z.object({
  id: Id,
  version: Version.nullable().describe('null: a look, which changes nothing; 1 of a message, which has its own'),
  position: z
    .int()
    .nullable()
    .describe(
      "Its place in the service's journal; null until placed: a change within milliseconds, a look within a quarter of a second",
    ),
  type: z.string(),
  time: Timestamp,
  state: ReferralState.nullable(),
  implied: z.array(ReferralState).describe('States passed through by a short way'),
  reasonCode: z.string().nullable(),
  actor: z.object({
    kind: z.enum(['client', 'system']),
    organisationId: Id.nullable().describe('null of a client: the person themselves, by their slip'),
    role: z.string().nullable(),
    actingPerson: z.string().nullable(),
  }),
});
export type TrailEntry = z.infer<typeof TrailEntry>;

/** How the entries of a trail that are shown stand against a signed checkpoint of the journal: the one that was published last; for an auditor, the newest. */
export const TrailVerification = z.object({
  checkpoint: Checkpoint.nullable().describe('What it was held against; null before the first'),
  sealed: z.int().describe('Entries proved to be under the checkpoint (RFC 6962)'),
  pending: z.int().describe('Entries that it does not cover yet: they are proved once the next is published'),
  broken: z.array(Id).describe('Entries that are not the ones that were sealed in their places'),
  missingVersions: z
    .array(Version)
    .nullable()
    .describe('Versions that the trail should have and has not; null to a facility, which is shown only a part of it'),
});
export type TrailVerification = z.infer<typeof TrailVerification>;
