import type { ProblemCode } from '@rohnamo/contracts';
import type { Written } from '@rohnamo/journal';
import { refused, type RefusedOptions } from '@rohnamo/service-kit';

/** Why a decision was not to do it. Names fields and rules, never a value. */
export interface Refusal extends RefusedOptions {
  code: ProblemCode;
}

export const refuseField = (pointer: string, detail: string): { refuse: Refusal } => ({
  refuse: { code: 'invalid-field', errors: [{ pointer, detail }] },
});

/** What was written, or the subject that an earlier request with the same key has written. */
export type Settled<Result> = { kind: 'recorded'; result: Result } | { kind: 'repeat'; subject: string };

/** Throws whatever else came of a decision as the problem it is. */
export function settled<Result>(written: Written<Result, Refusal>): Settled<Result> {
  switch (written.kind) {
    case 'recorded':
    case 'repeat':
      return written;
    case 'refused': {
      const { code, ...why } = written.refusal;
      throw refused(code, why);
    }
    case 'key-reused':
      throw refused('idempotency-key-reused');
    case 'contention':
      throw refused('contention');
    case 'constraint':
      throw new Error(`the database refused a decision: ${written.constraint ?? 'no constraint named'}`);
  }
}
