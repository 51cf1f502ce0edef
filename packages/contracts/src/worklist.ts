import { z } from 'zod';
import { ReferralAction } from './referral-state.ts';
import { Referral } from './referral.ts';
import { distinct, Id, StaffId, Timestamp } from './identifiers.ts';

/** What somebody must do next about a referral, by whose it is to do. A referral asks one thing of a caller at a time. */
export const worklistTasks = {
  facility: [
    'acknowledge',
    'decide',
    'give-appointment',
    'record-visit',
    'report-outcome',
    'confirm-cancel',
    'answer-message',
  ],
  referrer: [
    'answer-question',
    'choose-another-place',
    'ask-consent',
    'call-person',
    'confirm-outcome',
    'call-facility',
    'send-draft',
    'answer-message',
  ],
  supervisor: ['silent', 'offer-reroute', 'feedback'],
} as const;

export const WorklistTask = z.enum([...new Set(Object.values(worklistTasks).flat())]);
export type WorklistTask = z.infer<typeof WorklistTask>;

/** Which part of the caller's work is asked for. */
export const WorklistQuery = z
  .strictObject({
    facilityId: Id.optional().describe('Only about referrals to this facility'),
    deskId: Id.optional().describe('Only about referrals to this desk'),
    responsible: StaffId.optional().describe('Only what this member of the facility’s staff sees to'),
    tasks: distinct(WorklistTask).min(1).max(WorklistTask.options.length).optional().describe('Only these'),
    limit: z.int().min(1).max(200).default(50).describe('How many at most'),
    cursor: z.string().min(1).max(1000).optional().describe('`next` of the page before; without it, the most urgent'),
  })
  .meta({ examples: [{ tasks: ['acknowledge', 'decide'], limit: 20 }] });
export type WorklistQuery = z.infer<typeof WorklistQuery>;

/** One thing to do. */
export const WorklistItem = z.object({
  task: WorklistTask,
  why: z.string().describe('In words, for people'),
  referral: Referral.pick({
    id: true,
    version: true,
    number: true,
    view: true,
    state: true,
    priority: true,
    facilityId: true,
    facilityOrganisationId: true,
    deskId: true,
    service: true,
  }).describe('As the caller may see it'),
  since: Timestamp.describe('Since when it has been there to do'),
  dueAt: Timestamp.nullable().describe('When it is due; null: there is no limit'),
  overdue: z.boolean(),
  reroute: z.boolean().describe('Nobody has decided for so long that another place should be offered'),
  responsible: z.string().nullable().describe('Who of the facility sees to it: an opaque id'),
  allowedActions: z.array(ReferralAction).describe('What this caller may do now'),
});
export type WorklistItem = z.infer<typeof WorklistItem>;
