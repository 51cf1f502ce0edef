import { createHash } from 'node:crypto';
import type { FeedbackKind, NewFeedback } from '@rohnamo/contracts';
import type { Actor, Change } from '@rohnamo/journal';
import { currentTrace } from '@rohnamo/service-kit';
import type { ReferralRow, TaskRow } from '../schema.ts';
import { bearer, type Found } from './holder.ts';

/** The id of what is said of a task: of each kind one, however often it is sent. A UUID of version 8 (RFC 9562 §5.8). */
export function feedbackIdOf(taskId: string, kind: FeedbackKind): string {
  const hex = createHash('sha256').update(`feedback ${taskId} ${kind}`).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Who received the task of a slip: it may have ended since. null: a task that is not known. */
const receiverOf = (taskId: string, row: ReferralRow, ended: readonly TaskRow[]): string | null =>
  row.taskId === taskId
    ? row.facilityOrganisationId
    : (ended.find(({ id }) => id === taskId)?.facilityOrganisationId ?? null);

/** What a person says, as it is written; its event says only that there is something. null: nothing is to be written. */
export function feedbackChange(
  { slip, row, isTheirs }: Found,
  said: Pick<NewFeedback, 'kind' | 'barrier'>,
  { ended, now }: { ended: readonly TaskRow[]; now: Date },
): Change | null {
  const { taskId } = slip;
  const facilityOrganisationId = receiverOf(taskId, row, ended);
  if (!isTheirs || facilityOrganisationId === null) return null;
  return feedbackOfTask(row, said, { taskId, facilityOrganisationId, actor: bearer, now });
}

/** What is said of a task by whom, as it is written. */
export function feedbackOfTask(
  row: Pick<ReferralRow, 'id' | 'referrerOrganisationId'>,
  said: Pick<NewFeedback, 'kind' | 'barrier'>,
  {
    taskId,
    facilityOrganisationId,
    actor,
    now,
  }: { taskId: string; facilityOrganisationId: string; actor: Actor; now: Date },
): Change {
  const id = feedbackIdOf(taskId, said.kind);
  return {
    kind: 'feedback',
    id,
    expected: 0,
    state: {
      id,
      referralId: row.id,
      taskId,
      referrerOrganisationId: row.referrerOrganisationId,
      facilityOrganisationId,
      kind: said.kind,
      barrier: said.barrier ?? null,
      givenAt: now,
    },
    entry: {
      type: 'feedback.given.v1',
      data: { feedbackId: id },
      actor,
      time: now,
      traceparent: currentTrace() ?? null,
    },
  };
}
