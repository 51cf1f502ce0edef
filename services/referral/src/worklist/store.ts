import type { FeedbackKind } from '@rohnamo/contracts';
import type { Pool } from 'pg';
import { createAnswering } from '../asked-together.ts';
import type { MessageRow } from '../schema.ts';
import type { Said, WorkRow } from './row.ts';
import { type WorkFilter, workQuestion } from './question.ts';

/** What may be work, with what was last said about it: to its parties a message, to a supervisor feedback. */
export type Candidate = WorkRow &
  (
    | { saidBy: MessageRow['by'] | null; saidOpen: boolean | null; saidAt: Date | null }
    | { saidKind: FeedbackKind | null; saidTaskId: string | null; saidAt: Date | null }
  );

/** Reads of the worklist. */
export function createWorklistStore(pool: Pool) {
  const answer = createAnswering(pool);
  return {
    /** Referrals that may have work for the caller, the most urgent first: all that have, and few others. */
    async candidates(filter: WorkFilter): Promise<Candidate[]> {
      const question = workQuestion(filter);
      return question === null ? [] : answer<Candidate>(question);
    },
  };
}

/** What was last said about a candidate, in the words of those who said it. */
export function saidOf(row: Candidate): Said {
  const { id: referralId, taskId, saidAt } = row;
  if (saidAt === null) return { message: null, feedback: null };
  return 'saidKind' in row
    ? { message: null, feedback: { kind: row.saidKind!, taskId: row.saidTaskId!, givenAt: saidAt } } // of one row
    : { feedback: null, message: { referralId, taskId, by: row.saidBy!, detailsOpen: row.saidOpen!, sentAt: saidAt } };
}
