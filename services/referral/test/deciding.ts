import { actionBodies, type ServedAction } from '@rohnamo/contracts';
import { tajikistan } from '../src/lifecycle/calendar.ts';
import { type Command, systemActions } from '../src/lifecycle/command.ts';
import type { Confirmation } from '../src/lifecycle/confirmation.ts';
import { decide } from '../src/lifecycle/decide.ts';
import { placeOf } from '../src/lifecycle/new-task.ts';
import type { Party } from '../src/lifecycle/states.ts';
import { defaultTimeLimits } from '../src/lifecycle/time-limits.ts';

/** What rules of the life of a referral are tried with. */
export const now = new Date('2026-11-24T06:00:00.000Z');
export const hourMs = 3600 * 1000;
export const limits = defaultTimeLimits(tajikistan);
export const parties: Party[] = [
  'referrer',
  'facility',
  'referrer-supervisor',
  'facility-supervisor',
  'successor',
  'system',
];
const bodies: { [Action in Command['action']]?: object } = {
  request_info: { question: 'Which hand?' },
  answer_info: { answer: 'The left.' },
  reject: { code: 'no-capacity' },
  schedule: { appointmentAt: '2026-11-25T06:00:00.000Z' },
  reschedule: { appointmentAt: '2026-11-26T06:00:00.000Z' },
  propose_transfer: {
    organisationId: '01934b6e-7c1a-7e2f-9d3b-0000000000f1',
    consentId: '01934b6e-7c1a-7e2f-9d3b-0000000000c1',
  },
  complete: { outcome: 'treated' },
  close: { needMet: true },
  remind: { steps: 1 },
  escalate: { steps: 1 },
  offer_reroute: { steps: 1 },
};
export const firable = [...new Set([...(Object.keys(actionBodies) as ServedAction[]), ...systemActions])];
/** What is known of the consent, where nothing else is said. */
const consentBody = ({ consentEndsAt }: Parameters<typeof decide>[0], action: string): object => {
  if (action === 'withdraw') return { at: null };
  if (action === 'confirm_consent') return { endsAt: consentEndsAt };
  return action === 'end_consent' ? { endsAt: consentEndsAt ?? new Date('2100-01-01') } : {};
};
export const command = (row: Parameters<typeof decide>[0], action: (typeof firable)[number], body: object = {}) =>
  ({ action, body: { ...bodies[action], ...consentBody(row, action), ...body } }) as Command;
/** What a party’s command comes to, with what it needs beside its body. */
export const act = (
  row: Parameters<typeof decide>[0],
  party: Party,
  action: (typeof firable)[number],
  body: object = {},
  at: Date = now,
  confirmation?: Confirmation,
) =>
  decide(row, command(row, action, body), {
    party,
    now: at,
    limits,
    target: { taskId: '01934b6e-7c1a-7e2f-9d3b-0000000000aa', place: placeOf(row) },
    successor: { id: '01934b6e-7c1a-7e2f-9d3b-0000000000f1', kind: 'ngo' },
    ...(confirmation && { confirmation }),
  });
