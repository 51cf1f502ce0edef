import { type Actor, type Decision, decideAndRecord, system } from '@rohnamo/journal';
import type { Context } from '../context.ts';
import { referralChange } from '../fact.ts';
import type { ReferralRow } from '../schema.ts';
import type { Command } from './command.ts';
import { decide } from './decide.ts';
import { isOfDeskAlone } from './told-priority.ts';

/**
 * The system acts by itself on a referral, through the same decision and the same write as anybody. What the state no longer
 * allows is left as it is: somebody was faster. Safe to repeat.
 * `actor`: whose will it does, where that is not the clock's.
 * @returns whether it acted
 * @throws when the write could not be settled: to be tried again.
 */
export async function actBySystem(
  context: Context,
  id: string,
  commandFor: (row: ReferralRow, now: Date) => Command | null,
  actor: Actor = system,
): Promise<boolean> {
  const now = context.now();
  const written = await decideAndRecord<ReferralRow | null, void, 'nothing to do'>({
    journal: context.journal,
    read: () => context.store.referral(id),
    decide: (row): Decision<void, 'nothing to do'> => {
      const command = row && commandFor(row, now);
      const verdict = row && command && decide(row, command, { party: 'system', now, limits: context.limits });
      if (!verdict || verdict.kind === 'illegal') return { refuse: 'nothing to do' };
      return {
        record: {
          changes: [
            referralChange(verdict.next, {
              event: verdict.event,
              before: row,
              implied: verdict.implied,
              deskAlone: isOfDeskAlone(row, command.action),
              actor,
              now,
            }),
          ],
        },
        result: undefined,
      };
    },
  });
  if (written.kind === 'contention' || written.kind === 'constraint')
    throw new Error('the system’s action could not be recorded');
  return written.kind === 'recorded';
}
