import {
  type ReferralAction,
  ReferralAction as ReferralActions,
  type ReferralEvent,
  type ReferralState,
  ReferralState as ReferralStates,
} from '@rohnamo/contracts';

/** Who may fire an action. The successor is asked to take the case over. A supervisor acts for their own side alone; that of the referrer may whatever the referrer may. */
export type Party = 'referrer' | 'facility' | 'referrer-supervisor' | 'facility-supervisor' | 'successor' | 'system';

/** One row of the transition table. */
export interface Transition {
  by: readonly Party[];
  from: readonly ReferralState[];
  /** `same`: the state stays as it is. */
  to: ReferralState | 'same';
  /** Where it leads instead, if the consent had gone before the person was taken on, and nobody could ask then whether it had. */
  toIfGoneBefore?: 'cancelled';
  event: ReferralEvent;
  /** It ends the task and opens the next one. */
  opensTask?: true;
  /** It is refused after this many days in the state it starts from. */
  withinDays?: number;
}

/** The states in which somebody still has to do something about the task. */
export const openStates = [
  'draft',
  'sent',
  'acknowledged',
  'info_requested',
  'accepted',
  'scheduled',
  'no_show',
  'in_service',
  'cancel_requested',
] as const satisfies readonly ReferralState[];

const undecided = ['sent', 'acknowledged', 'info_requested'] as const;
const takenOn = ['accepted', 'scheduled', 'no_show', 'in_service'] as const;
const supervisors = ['referrer-supervisor', 'facility-supervisor'] as const satisfies readonly Party[];
/** The states in which a sent task has neither a yes nor a no. */
export const undecidedStates: readonly ReferralState[] = undecided;
/** The states in which an answer of facility or referrer is waited for. */
export const awaitedStates: readonly ReferralState[] = [...undecided, ...takenOn];
/** While somebody refers: until it is closed, cancelled or in error. */
const referred = [...openStates, 'completed', 'rejected', 'expired'] as const;
const anyState = [...openStates, 'completed', 'closed', 'rejected', 'redirected', 'cancelled', 'expired'] as const;

/**
 * The referral's life: code, documents, `allowedActions` and the FHIR mapping are all read from here. An action may stand in
 * several rows; the first whose `from` holds applies.
 */
export const transitions = {
  submit: [{ by: ['referrer'], from: ['draft'], to: 'sent', event: 'referral.sent.v1' }],
  acknowledge: [{ by: ['facility'], from: ['sent'], to: 'acknowledged', event: 'referral.acknowledged.v1' }],
  request_info: [
    { by: ['facility'], from: ['sent', 'acknowledged'], to: 'info_requested', event: 'referral.info-requested.v1' },
  ],
  answer_info: [{ by: ['referrer'], from: ['info_requested'], to: 'acknowledged', event: 'referral.info-answered.v1' }],
  accept: [{ by: ['facility'], from: undecided, to: 'accepted', event: 'referral.accepted.v1' }],
  reject: [
    {
      by: ['facility'],
      from: [...undecided, 'accepted', 'scheduled', 'no_show'],
      to: 'rejected',
      event: 'referral.rejected.v1',
    },
  ],
  redirect: [{ by: ['facility'], from: undecided, to: 'redirected', event: 'referral.redirected.v1', opensTask: true }],
  schedule: [
    { by: ['facility'], from: [...undecided, 'accepted', 'no_show'], to: 'scheduled', event: 'referral.scheduled.v1' },
  ],
  reschedule: [{ by: ['facility'], from: ['scheduled'], to: 'scheduled', event: 'referral.rescheduled.v1' }],
  record_no_show: [{ by: ['facility'], from: ['scheduled'], to: 'no_show', event: 'referral.no-show-recorded.v1' }],
  start: [
    {
      by: ['facility'],
      from: [...undecided, 'accepted', 'scheduled', 'no_show'],
      to: 'in_service',
      event: 'referral.started.v1',
    },
  ],
  record_interim: [{ by: ['facility'], from: ['in_service'], to: 'same', event: 'referral.interim-recorded.v1' }],
  complete: [
    { by: ['facility'], from: [...takenOn, 'cancel_requested'], to: 'completed', event: 'referral.completed.v1' },
  ],
  close: [
    {
      by: ['referrer'],
      from: ['completed', 'rejected', 'expired', 'cancelled'],
      to: 'closed',
      event: 'referral.closed.v1',
    },
  ],
  auto_close: [{ by: ['system'], from: ['completed'], to: 'closed', event: 'referral.auto-closed.v1' }],
  request_cancel: [
    { by: ['referrer'], from: ['sent'], to: 'cancelled', event: 'referral.cancelled.v1' },
    {
      by: ['referrer'],
      from: ['acknowledged', 'info_requested', ...takenOn],
      to: 'cancel_requested',
      event: 'referral.cancel-requested.v1',
    },
  ],
  confirm_cancel: [
    { by: ['facility', 'system'], from: ['cancel_requested'], to: 'cancelled', event: 'referral.cancelled.v1' },
  ],
  reroute: [
    {
      by: ['referrer'],
      from: [...undecided, 'rejected', 'expired', 'cancelled'],
      to: 'sent',
      event: 'referral.rerouted.v1',
      opensTask: true,
    },
  ],
  reopen: [
    { by: ['referrer'], from: ['closed'], to: 'draft', event: 'referral.reopened.v1', opensTask: true, withinDays: 30 },
  ],
  decline: [{ by: ['referrer', 'facility'], from: openStates, to: 'cancelled', event: 'referral.declined.v1' }],
  withdraw: [
    { by: ['system'], from: ['draft', ...undecided], to: 'cancelled', event: 'referral.consent-withdrawn.v1' },
    {
      by: ['system'],
      from: [...takenOn, 'cancel_requested'],
      to: 'same',
      toIfGoneBefore: 'cancelled',
      event: 'referral.consent-withdrawn.v1',
    },
    {
      by: ['system'],
      from: ['completed', 'closed', 'rejected', 'expired'],
      to: 'same',
      event: 'referral.consent-withdrawn.v1',
    },
  ],
  end_consent: [
    { by: ['system'], from: undecided, to: 'cancelled', event: 'referral.consent-ended.v1' },
    {
      by: ['system'],
      from: [...takenOn, 'cancel_requested'],
      to: 'same',
      toIfGoneBefore: 'cancelled',
      event: 'referral.consent-ended.v1',
    },
    { by: ['system'], from: ['completed'], to: 'same', event: 'referral.consent-ended.v1' },
  ],
  confirm_consent: [
    {
      by: ['system'],
      from: [...takenOn, 'cancel_requested', 'completed', 'closed'],
      to: 'same',
      event: 'referral.consent-confirmed.v1',
    },
  ],
  revoke: [{ by: supervisors, from: openStates, to: 'cancelled', event: 'referral.revoked.v1' }],
  reassign: [{ by: ['facility-supervisor'], from: openStates, to: 'same', event: 'referral.reassigned.v1' }],
  propose_transfer: [
    { by: ['referrer-supervisor'], from: referred, to: 'same', event: 'referral.transfer-proposed.v1' },
  ],
  accept_transfer: [{ by: ['successor'], from: referred, to: 'same', event: 'referral.transferred.v1' }],
  decline_transfer: [
    {
      by: ['successor', 'referrer-supervisor', 'system'],
      from: referred,
      to: 'same',
      event: 'referral.transfer-declined.v1',
    },
  ],
  hand_over: [{ by: ['system'], from: anyState, to: 'same', event: 'referral.handed-over.v1' }],
  remind: [{ by: ['system'], from: awaitedStates, to: 'same', event: 'referral.reminded.v1' }],
  escalate: [{ by: ['system'], from: awaitedStates, to: 'same', event: 'referral.escalated.v1' }],
  offer_reroute: [{ by: ['system'], from: undecided, to: 'same', event: 'referral.reroute-offered.v1' }],
  expire: [{ by: ['system'], from: undecided, to: 'expired', event: 'referral.expired.v1' }],
  mark_error: [{ by: ['referrer'], from: anyState, to: 'entered_in_error', event: 'referral.entered-in-error.v1' }],
} as const satisfies Record<ReferralAction, readonly Transition[]>;

export const rowsOf = (action: ReferralAction): readonly Transition[] => transitions[action];

/** Whether by an action somebody is taken on of whom nobody had decided: with it their details open. */
export const takesOn = (action: ReferralAction): boolean =>
  rowsOf(action).some(
    ({ from, to }) =>
      from.some((state) => undecidedStates.includes(state)) && (takenOn as readonly string[]).includes(to),
  );

/** Whether the registry is asked how the consent stands: by whatever takes somebody on, and once they are, by what gives them an appointment or begins. */
export const asksConsent = (action: ReferralAction): boolean => takesOn(action) || action === 'reschedule';

const parties = ['referrer', 'facility', ...supervisors, 'successor', 'system'] as const satisfies readonly Party[];

/** What applies to each party in each state: looked up for every row of a list, so made once. */
const applying: ReadonlyMap<Party, ReadonlyMap<ReferralState, ReadonlyMap<ReferralAction, Transition>>> = new Map(
  parties.map((party) => [party, new Map(ReferralStates.options.map((state) => [state, applyingTo(party, state)]))]),
);

function applyingTo(party: Party, state: ReferralState): Map<ReferralAction, Transition> {
  const mayFire = ({ by }: Transition) =>
    by.includes(party) || (party === 'referrer-supervisor' && by.includes('referrer'));
  return new Map(
    ReferralActions.options.flatMap((action) => {
      const row = rowsOf(action).find((candidate) => mayFire(candidate) && candidate.from.includes(state));
      return row === undefined ? [] : [[action, row]];
    }),
  );
}

const nothing: ReadonlyMap<ReferralAction, Transition> = new Map();

/** The row of each action that the table has for a party in a state, in the order of the actions. */
export const rowsFor = (party: Party, state: ReferralState): ReadonlyMap<ReferralAction, Transition> =>
  applying.get(party)?.get(state) ?? nothing;

/** FHIR R4 Task.status and ServiceRequest.status of each state; the finer state goes into Task.businessStatus. */
export const fhirStatus = {
  draft: { task: 'draft', serviceRequest: 'draft' },
  sent: { task: 'requested', serviceRequest: 'active' },
  acknowledged: { task: 'received', serviceRequest: 'active' },
  info_requested: { task: 'received', serviceRequest: 'active' },
  accepted: { task: 'accepted', serviceRequest: 'active' },
  scheduled: { task: 'accepted', serviceRequest: 'active' },
  no_show: { task: 'accepted', serviceRequest: 'active' },
  in_service: { task: 'in-progress', serviceRequest: 'active' },
  completed: { task: 'completed', serviceRequest: 'active' },
  closed: { task: 'completed', serviceRequest: 'completed' },
  rejected: { task: 'rejected', serviceRequest: 'active' },
  redirected: { task: 'rejected', serviceRequest: 'active' },
  cancel_requested: { task: 'unchanged', serviceRequest: 'active' },
  cancelled: { task: 'cancelled', serviceRequest: 'revoked' },
  expired: { task: 'cancelled', serviceRequest: 'active' },
  entered_in_error: { task: 'entered-in-error', serviceRequest: 'entered-in-error' },
} as const satisfies Record<ReferralState, { task: string; serviceRequest: string }>;

/** What a short way passes through without saying so. */
export function impliedStates(from: ReferralState, to: ReferralState): ReferralState[] {
  if (from !== 'sent' && from !== 'acknowledged' && from !== 'info_requested') return [];
  const acknowledged: ReferralState[] = from === 'sent' ? ['acknowledged'] : [];
  if (to === 'accepted') return acknowledged;
  return to === 'scheduled' || to === 'in_service' ? [...acknowledged, 'accepted'] : [];
}
