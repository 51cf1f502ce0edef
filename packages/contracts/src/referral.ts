import { z } from 'zod';
import { Phone } from './beneficiary.ts';
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
  RejectionCode,
} from './codes.ts';
import { CalendarDate, Id, line, text, Timestamp, Version } from './identifiers.ts';

/** The state of the current task of a referral. */
export const ReferralState = z.enum([
  'draft',
  'sent',
  'acknowledged',
  'info_requested',
  'accepted',
  'scheduled',
  'no_show',
  'in_service',
  'completed',
  'closed',
  'rejected',
  'redirected',
  'cancel_requested',
  'cancelled',
  'expired',
  'entered_in_error',
]);
export type ReferralState = z.infer<typeof ReferralState>;

/** Everything that can be done to a referral, by anyone. */
export const ReferralAction = z.enum([
  'submit',
  'acknowledge',
  'request_info',
  'answer_info',
  'accept',
  'reject',
  'redirect',
  'schedule',
  'reschedule',
  'record_no_show',
  'start',
  'record_interim',
  'complete',
  'close',
  'auto_close',
  'request_cancel',
  'confirm_cancel',
  'reroute',
  'reopen',
  'decline',
  'withdraw',
  'revoke',
  'reassign',
  'expire',
  'mark_error',
]);
export type ReferralAction = z.infer<typeof ReferralAction>;

/** How the person may be reached without harm. "Do not call" is an answer. */
export const SafeContact = z
  .discriminatedUnion('method', [
    z.strictObject({ method: z.literal('phone'), phone: Phone, note: line(200).optional() }),
    z.strictObject({ method: z.literal('through-referrer'), note: line(200).optional() }),
    z.strictObject({ method: z.literal('do-not-call'), note: line(200).optional() }),
  ])
  .meta({ examples: [{ method: 'phone', phone: '+992000000001' }] });
export type SafeContact = z.infer<typeof SafeContact>;

/** The six fields that suffice (person, offering, need, priority, consent, safe contact), and what helps beside them. */
export const NewReferral = z.strictObject({
  beneficiaryId: Id,
  offeringId: Id,
  needCategory: NeedCategory,
  priority: Priority.default('routine'),
  consentId: Id,
  safeContact: SafeContact,
  draft: z.boolean().default(false).describe('true keeps it unsent until `submit`'),
  reference: line(64)
    .optional()
    .describe("The referrer's own reference; opaque to us, so put nothing about the person in it"),
  reason: text(4000).optional(),
  servicesAlreadyGiven: text(1000).optional(),
  interpreter: Language.optional(),
  providerPreferred: ProviderPreference.optional(),
});
export type NewReferral = z.infer<typeof NewReferral>;

/** What each action is told. These are the actions that a client can fire now. */
export const actionBodies = {
  submit: z.strictObject({}),
  acknowledge: z.strictObject({}),
  request_info: z.strictObject({ question: text(2000) }).meta({ examples: [{ question: 'Can the person walk?' }] }),
  answer_info: z.strictObject({ answer: text(2000) }).meta({ examples: [{ answer: 'With a stick.' }] }),
  accept: z.strictObject({}),
  reject: z
    .strictObject({ code: RejectionCode, barrier: BarrierCode.optional() })
    .meta({ examples: [{ code: 'no-capacity' }] }),
  schedule: z.strictObject({ appointmentAt: Timestamp, instructions: text(1000).optional() }).meta({
    examples: [{ appointmentAt: '2026-11-26T04:00:00.000Z', instructions: 'Room 4, bring the discharge papers.' }],
  }),
  reschedule: z
    .strictObject({ appointmentAt: Timestamp, instructions: text(1000).optional() })
    .meta({ examples: [{ appointmentAt: '2026-11-27T04:00:00.000Z' }] }),
  record_no_show: z.strictObject({ barrier: BarrierCode.optional() }).meta({ examples: [{ barrier: 'transport' }] }),
  start: z.strictObject({}),
  complete: z
    .strictObject({
      outcome: OutcomeCode,
      findings: text(4000).optional().describe('For health providers alone'),
      nextSteps: text(1000).optional().describe('What the person must do next; goes back to the referrer'),
      followUpOn: CalendarDate.optional(),
      barrier: BarrierCode.optional(),
    })
    .meta({ examples: [{ outcome: 'treated', nextSteps: 'Come again in two weeks.' }] }),
  close: z
    .strictObject({ needMet: z.boolean(), barrier: BarrierCode.optional() })
    .meta({ examples: [{ needMet: true }] }),
  request_cancel: z.strictObject({}),
  confirm_cancel: z.strictObject({}),
  decline: z.strictObject({ barrier: BarrierCode.optional() }).meta({ examples: [{ barrier: 'work-or-childcare' }] }),
  revoke: z.strictObject({}),
  mark_error: z.strictObject({}),
} as const;
export type ServedAction = keyof typeof actionBodies;
export type ActionBody<Action extends ServedAction> = z.infer<(typeof actionBodies)[Action]>;

/** Whether care came, in the only words that leave the facility. */
export const Served = z.enum(['served', 'ongoing', 'not-served']);
export type Served = z.infer<typeof Served>;

export const Receipt = z.object({
  deliveryId: Id,
  eventType: z.string(),
  state: z.enum(['delivered', 'retrying', 'failed']).describe('delivered: the facility’s system answered 2xx'),
  attempts: z.int(),
  at: Timestamp,
});
export type Receipt = z.infer<typeof Receipt>;

export const ReferralView = z.enum(['triage', 'details', 'referrer', 'supervisor']);
export type ReferralView = z.infer<typeof ReferralView>;

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
  priority: Priority,
  referrerOrganisationId: Id,
  facilityId: Id,
  facilityOrganisationId: Id,
  offeringId: Id.optional(),
  service: z.string().optional().describe('A sensitive one reads "confidential service"'),
  ageBand: AgeBand.optional(),
  language: Language.optional(),
  accessRequirements: z.array(AccessRequirement).optional(),
  districtId: z.string().nullable().optional(),
  sharingStopped: z.boolean().describe('Consent was withdrawn after acceptance: nothing more is shared'),
  reasonCode: z.string().nullable().describe('Why it was rejected, cancelled or expired, or how it was closed'),
  appointmentAt: Timestamp.nullable(),
  dueAt: Timestamp.nullable().describe('When the next answer is due'),
  overdue: z.boolean(),
  sentAt: Timestamp.nullable(),
  createdAt: Timestamp,
  changedAt: Timestamp,
  result: z
    .object({
      attended: z.boolean(),
      served: Served,
      nextSteps: z.string().nullable(),
      followUpOn: CalendarDate.nullable(),
    })
    .nullable()
    .optional(),
  outcome: z
    .object({ code: OutcomeCode, findings: z.string().nullable(), barrier: BarrierCode.nullable() })
    .nullable()
    .optional(),
  needMet: z.boolean().nullable().optional(),
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
    })
    .optional(),
});
export type Referral = z.infer<typeof Referral>;

/** One line of a referral's history. */
export const TrailEntry = z.object({
  id: Id,
  version: Version.nullable().describe('null: a look, which changes nothing'),
  position: z.int().nullable().describe("Its place in the service's journal; null until placed, within milliseconds"),
  type: z.string(),
  time: Timestamp,
  state: ReferralState.nullable(),
  implied: z.array(ReferralState).describe('States passed through by a short way'),
  reasonCode: z.string().nullable(),
  actor: z.object({
    kind: z.enum(['client', 'system']),
    organisationId: Id.nullable(),
    role: z.string().nullable(),
    actingPerson: z.string().nullable(),
  }),
});
export type TrailEntry = z.infer<typeof TrailEntry>;

/** How a trail stands against the newest signed checkpoint of the journal. */
export const TrailVerification = z.object({
  checkpoint: Checkpoint.nullable().describe('What it was held against; null before the first'),
  sealed: z.int().describe('Entries proved to be under the checkpoint (RFC 6962)'),
  pending: z.int().describe('Entries that no checkpoint covers yet: about a second’s worth'),
  broken: z.array(Id).describe('Entries that are not the ones that were sealed in their places'),
  missingVersions: z.array(Version).describe('Versions that the trail should have and has not'),
});
export type TrailVerification = z.infer<typeof TrailVerification>;
