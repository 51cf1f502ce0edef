import type { HandOverReason, ReferralEvent, ReferralFact, ReferralState } from '@rohnamo/contracts';
import type { Actor, Change, Projection } from '@rohnamo/journal';
import { currentTrace } from '@rohnamo/service-kit';
import type { ReferralRow, TaskRow } from './schema.ts';

/** All that an event says of a referral: ids, codes of state, organisation ids. */
const factOf = (
  row: ReferralRow,
  {
    ended,
    deskAlone,
    otherOrganisationId,
    before,
  }: { ended: TaskRow | null; before: ReferralRow | undefined } & Pick<
    ReferralFact,
    'deskAlone' | 'otherOrganisationId'
  >,
): ReferralFact => ({
  referralId: row.id,
  taskId: row.taskId,
  state: row.state,
  priority: row.toldPriority ?? row.priority,
  referrerOrganisationId: row.referrerOrganisationId,
  facilityId: row.facilityId,
  facilityOrganisationId: row.facilityOrganisationId,
  deskId: row.deskId,
  walkIn: row.walkIn,
  deskAlone,
  otherOrganisationId,
  endedTask: ended && {
    taskId: ended.id,
    state: ended.state,
    facilityId: ended.facilityId,
    facilityOrganisationId: ended.facilityOrganisationId,
    deskId: ended.deskId,
  },
  previous: previousOf(row, ended, before),
});

/** Who had it before, of whom one has it no longer, or has it anew. Of a draft nobody but its referrer has ever heard. */
function previousOf(
  row: ReferralRow,
  ended: TaskRow | null,
  before: ReferralRow | undefined,
): ReferralFact['previous'] {
  if (before === undefined || before.sentAt === null) return null;
  const { referrerOrganisationId, facilityId, facilityOrganisationId, deskId } = before;
  const isLost =
    ended !== null ||
    row.referrerOrganisationId !== referrerOrganisationId ||
    row.facilityId !== facilityId ||
    row.deskId !== deskId;
  return isLost ? { referrerOrganisationId, facilityId, facilityOrganisationId, deskId } : null;
}

/** Of a transfer, the organisation on its other side, where it is not told as who had the referral before. */
function otherIn(
  event: ReferralEvent,
  { row, before }: { row: ReferralRow; before?: ReferralRow | undefined },
): string | null {
  switch (event) {
    case 'referral.transfer-proposed.v1':
      return row.transferOrganisationId;
    case 'referral.transfer-declined.v1':
      return before?.transferOrganisationId ?? null;
    case 'referral.transferred.v1':
    case 'referral.handed-over.v1':
      return before?.sentAt === null ? before.referrerOrganisationId : null; // else `previous` says so
    default:
      return null;
  }
}

/** What the trail keeps beside the event: codes, never content. */
export interface EntryDetail extends Record<string, unknown> {
  reasonCode: string | null;
  implied: ReferralState[];
  /** Why an operator has done it, and their own reference for that. */
  reason?: HandOverReason;
  reference?: string;
}

/** The change that makes a referral what it is next, with its entry. `row.version` is the version it was read at, `before` what it was then; 0 makes it. */
export function referralChange(
  row: ReferralRow,
  {
    event,
    before,
    implied = [],
    ended = null,
    deskAlone = false,
    because = {},
    actor,
    now,
  }: {
    event: ReferralEvent;
    before?: ReferralRow;
    implied?: ReferralState[];
    ended?: TaskRow | null;
    deskAlone?: boolean;
    because?: Pick<EntryDetail, 'reason' | 'reference'>;
    actor: Actor;
    now: Date;
  },
): Change {
  const detail: EntryDetail = { reasonCode: row.reasonCode, implied, ...because };
  const entry = {
    type: event,
    data: factOf(row, { ended, deskAlone, otherOrganisationId: otherIn(event, { row, before }), before }),
    detail,
    actor,
    time: now,
    traceparent: currentTrace() ?? null,
  };
  return { kind: 'referral', id: row.id, expected: row.version, state: row, ...(before && { before }), entry };
}

/** What ends as another task begins: it has no entry of its own, for the referral's says so. */
export const endedTaskCopies = (ended: TaskRow | null): Projection[] => {
  if (ended === null) return [];
  const { id, version, ...state } = ended;
  return [{ kind: 'task', id, expected: 0, version, state }];
};
