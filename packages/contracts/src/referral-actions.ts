import { z } from 'zod';
import { BarrierCode, OutcomeCode, RejectionCode } from './codes.ts';
import { ServiceCode } from './facility.ts';
import { GivenDate, GivenTimestamp, Id, StaffId, text } from './identifiers.ts';

/** Who of the facility sees to it from now on; who that is stays as it was where it is not said. */
const responsible = StaffId.optional().describe('Who of your staff sees to it: an opaque id');

/** Where the next task is to be done. */
const elsewhere = z
  .strictObject({
    offeringId: Id,
    consentId: Id.optional().describe('The consent that names the organisation there, where it is another one'),
  })
  .meta({ examples: [{ offeringId: '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d62' }] });

/** What each action is told. These are the actions that a client can fire now. */
export const actionBodies = {
  submit: z.strictObject({}),
  acknowledge: z.strictObject({ responsible }),
  request_info: z.strictObject({ question: text(2000) }).meta({ examples: [{ question: 'Can the person walk?' }] }),
  answer_info: z.strictObject({ answer: text(2000) }).meta({ examples: [{ answer: 'With a stick.' }] }),
  accept: z.strictObject({ responsible }),
  reject: z
    .strictObject({ code: RejectionCode, barrier: BarrierCode.optional() })
    .meta({ examples: [{ code: 'no-capacity' }] }),
  redirect: elsewhere,
  schedule: z.strictObject({ appointmentAt: GivenTimestamp, instructions: text(1000).optional(), responsible }).meta({
    examples: [{ appointmentAt: '2030-03-04T04:00:00.000Z', instructions: 'Room 4, bring the discharge papers.' }],
  }),
  reschedule: z
    .strictObject({ appointmentAt: GivenTimestamp, instructions: text(1000).optional(), responsible })
    .meta({ examples: [{ appointmentAt: '2030-03-05T04:00:00.000Z' }] }),
  record_no_show: z.strictObject({ barrier: BarrierCode.optional() }).meta({ examples: [{ barrier: 'transport' }] }),
  start: z.strictObject({}),
  record_interim: z
    .strictObject({
      findings: text(4000).optional().describe('For health providers alone'),
      nextSteps: text(1000).optional(),
    })
    .meta({ examples: [{ nextSteps: 'Dressing changed every second day.' }] }),
  complete: z
    .strictObject({
      outcome: OutcomeCode,
      findings: text(4000).optional().describe('For health providers alone'),
      nextSteps: text(1000).optional().describe('What the person must do next; goes back to the referrer'),
      followUpOn: GivenDate.optional(),
      barrier: BarrierCode.optional(),
      furtherReferral: z
        .strictObject({ service: ServiceCode.optional(), note: text(500).optional() })
        .optional()
        .describe('Another referral that the facility proposes'),
    })
    .meta({ examples: [{ outcome: 'treated', nextSteps: 'Come again in two weeks.' }] }),
  close: z
    .strictObject({ needMet: z.boolean(), barrier: BarrierCode.optional() })
    .meta({ examples: [{ needMet: true }] }),
  request_cancel: z.strictObject({}),
  confirm_cancel: z.strictObject({}),
  reroute: elsewhere,
  reopen: z.strictObject({}),
  decline: z.strictObject({ barrier: BarrierCode.optional() }).meta({ examples: [{ barrier: 'work-or-childcare' }] }),
  revoke: z.strictObject({}),
  reassign: z
    .strictObject({ deskId: Id.describe('Another desk of the same facility') })
    .meta({ examples: [{ deskId: '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d61' }] }),
  propose_transfer: z
    .strictObject({
      organisationId: Id.describe('The organisation that is asked to take the case over'),
      consentId: Id.describe('The person’s consent that names this organisation'),
    })
    .meta({
      examples: [
        {
          organisationId: '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d63',
          consentId: '01934b6e-7c1a-7e2f-9d3b-5a8c1f2e4d64',
        },
      ],
    }),
  accept_transfer: z.strictObject({}),
  decline_transfer: z.strictObject({}),
  mark_error: z.strictObject({}),
} as const;
export type ServedAction = keyof typeof actionBodies;
export type ActionBody<Action extends ServedAction> = z.infer<(typeof actionBodies)[Action]>;
