import { randomUUID } from 'node:crypto';
import type { Observation } from '@rohnamo/journal';
import { actorOf, type Caller, currentTrace, type Refused, refused } from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';
import type { Context } from './context.ts';
import { type ClientParty, type CurrentParty, formerPartyOf, partyOf } from './party.ts';
import { isProposed } from './lifecycle/decide.ts';
import type { ShownRow } from './read/shown-row.ts';
import type { ReferralRow } from './schema.ts';

/** A referral, and the caller's part in it. */
export interface Seen {
  row: ReferralRow;
  party: ClientParty;
}

/**
 * What of a referral is the caller's to see. Whoever asks for what is not theirs, or is not there, is told the same, and that
 * they asked is in the journal before they are told.
 * @throws not-found
 */
export async function seenBy(
  context: Context,
  request: FastifyRequest,
  { id, row }: { id: string; row: ReferralRow | null },
): Promise<Seen> {
  const current = row && currentPartyOf(row, request.caller, context.now());
  if (row && current) return { row, party: current };
  // Read whether there is such a referral or not, so that the time does not tell.
  const former = formerPartyOf(await context.store.endedTasksOf(id), request.caller);
  if (row && former) return { row, party: former };
  throw await denied(context, request, { id, code: 'not-found' });
}

/** As what a caller takes part now: who was asked to take a case over does so no more once that is over. */
export function currentPartyOf(row: ShownRow, caller: Caller, now: Date): CurrentParty | null {
  const party = partyOf(row, caller);
  return party?.as === 'successor' && !isProposed(row, now) ? null : party;
}

/** A refusal to show what was asked for, or to tell whose an id is, once it is in the journal. */
export async function denied(
  context: Context,
  request: FastifyRequest,
  { id, code, detail }: { id: string; code: 'not-found' | 'details-closed' | 'already-exists'; detail?: string },
): Promise<Refused> {
  await note(context, request, { kind: 'referral', subject: id, type: 'referral.denied.v1' });
  return refused(code, detail === undefined ? {} : { detail });
}

/** A supervisor sees states, times and codes, and so does whose task was taken away: nothing personal, so nothing is noted. */
const seesThePerson = ({ party }: Pick<Seen, 'party'>): boolean =>
  party.as === 'referrer' || party.as === 'facility' || party.as === 'successor';

/** Notes that somebody looked at a referral, where they saw something of the person. */
export async function noteLook(context: Context, request: FastifyRequest, seen: Seen): Promise<void> {
  const { row } = seen;
  if (seesThePerson(seen))
    await note(context, request, { kind: 'referral', subject: row.id, type: 'referral.observed.v1' });
}

/**
 * The same as {@link seenBy}, and that they looked is in the journal: for what is shown without a change.
 * @throws not-found
 */
export async function lookedAt(
  context: Context,
  request: FastifyRequest,
  asked: { id: string; row: ReferralRow | null },
): Promise<Seen> {
  const seen = await seenBy(context, request, asked);
  await noteLook(context, request, seen);
  return seen;
}

/** Notes that somebody looked at a list: one entry that names all that was on it. */
export async function noteList(
  context: Context,
  request: FastifyRequest,
  listed: readonly { row: Pick<ReferralRow, 'id'>; party: ClientParty }[],
): Promise<void> {
  const subjects = listed.filter(seesThePerson).map(({ row }) => row.id);
  if (subjects.length === 0) return;
  await note(context, request, {
    kind: 'referral-list',
    subject: randomUUID(),
    type: 'referral-list.observed.v1',
    detail: { subjects },
  });
}

/** @throws what keeps it from being written: no answer leaves before its entry is committed. */
export async function note(
  { journal, now }: Context,
  request: FastifyRequest,
  what: Pick<Observation, 'kind' | 'subject' | 'type' | 'detail'>,
): Promise<void> {
  const observation = { ...what, actor: actorOf(request), time: now(), traceparent: currentTrace() ?? null };
  const outcome = await journal.record({ observations: [observation] });
  if (outcome.kind !== 'recorded') throw refused('dependency-unavailable');
}
