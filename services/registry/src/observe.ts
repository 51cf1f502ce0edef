import type { Guard, Journal, Observation } from '@rohnamo/journal';
import type { RequestAct } from './act.ts';
import { placeDetail } from './place.ts';

/** A look at a person's data, or a look that was refused. */
export type Look = Pick<Observation, 'kind' | 'subject' | 'type'> & { detail?: Record<string, unknown> };

/**
 * Notes a look in the journal. Resolve it before the answer leaves: what cannot be noted is not shown.
 * @returns false when a guard had moved: what was read is no longer so, and nothing was noted.
 */
export const observe = (
  journal: Pick<Journal, 'record'>,
  look: Look,
  act: RequestAct & { guards?: Guard[] },
): Promise<boolean> => observeAll(journal, [look], act);

/** The same for several looks, in one commit. */
export async function observeAll(
  journal: Pick<Journal, 'record'>,
  looks: readonly Look[],
  { actor, at, time, traceparent, route, guards = [] }: RequestAct & { guards?: Guard[] },
): Promise<boolean> {
  const observations = looks.map((look) => ({
    ...look,
    detail: { route, ...placeDetail(at), ...look.detail },
    actor,
    time,
    traceparent,
  }));
  const outcome = await journal.record({ observations, guards });
  if (outcome.kind === 'refused') throw new Error(`a look could not be noted: ${outcome.sqlState}`);
  return outcome.kind === 'recorded';
}
