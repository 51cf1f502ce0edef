import type { ReferralGrounds } from '@rohnamo/contracts';
import { Refused } from '@rohnamo/service-kit';
import type { Context } from '../context.ts';
import { groundsAtRegistry } from '../refer/ask-sources.ts';
import type { ReferralRow } from '../schema.ts';

/** What a referral asks of the registry: whose consent, and which. */
export type Asked = Pick<ReferralRow, 'beneficiaryId' | 'consentId'>;

/**
 * What the registry says at this moment of a consent. `gone`: it was withdrawn, or has ended, at that instant (null: it does not say when).
 * `unknown`: it has no such consent of this person. `unanswered`: it could not be asked within its deadline.
 */
export type ConsentWord =
  | { kind: 'stands'; endsAt: Date | null }
  | { kind: 'gone'; by: 'withdrawal' | 'end'; at: Date | null; grounds: ReferralGrounds }
  | { kind: 'unknown' }
  | { kind: 'unanswered' };

/** Asks the registry how a consent stands. Nothing is written, and nobody's details are looked at. */
export async function consentWord(context: Context, asked: Asked, now: Date): Promise<ConsentWord> {
  try {
    return wordOf(await groundsAtRegistry(context, asked), now);
  } catch (error) {
    if (error instanceof Refused && error.code === 'dependency-unavailable') return { kind: 'unanswered' };
    throw error;
  }
}

/** What an answer of the registry says. */
export function wordOf(grounds: ReferralGrounds, now: Date): ConsentWord {
  const { consent } = grounds;
  if (consent === null) return { kind: 'unknown' };
  const endsAt = dateOf(consent.endsAt);
  if (consent.state !== 'active') return { kind: 'gone', by: 'withdrawal', at: dateOf(consent.withdrawnAt), grounds };
  if (endsAt !== null && endsAt <= now) return { kind: 'gone', by: 'end', at: endsAt, grounds };
  return { kind: 'stands', endsAt };
}

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text));
