import { type Decision, decideAndRecord } from '@rohnamo/journal';
import { actorOf, type Caller, keyOf, type Refused, refused, settled, versionMismatch } from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { endedTaskCopies, referralChange } from '../fact.ts';
import { asItStands } from '../consent/as-it-stands.ts';
import { lookedAt, type Seen, seenBy } from '../look.ts';
import { actingAs, type ClientParty, formerPartyOf, partyOf } from '../party.ts';
import { noteDouble, sentTwice } from '../refer/duplicate.ts';
import { usedConsent } from '../refer/consent-use.ts';
import type { ReceiptRow, ReferralRow, TaskRow } from '../schema.ts';
import type { ReferralWithConsent, Store } from '../store.ts';
import type { Command } from './command.ts';
import { allowedActions, decide } from './decide.ts';
import { footingOf } from './footing.ts';
import { asksConsent, takesOn } from './states.ts';

/** What a decision is taken over. */
interface Read {
  row: ReferralRow | null;
  /** null: they were not read. */
  receipts: readonly ReceiptRow[] | null;
  /** null: it was not read, or is not known. */
  consent: ReferralWithConsent['consent'];
}

/** What an answer is told from. */
type Acted = Seen & Pick<Read, 'receipts'>;

/**
 * Fires a client's action, once for each Idempotency-Key.
 * @returns the referral after it, and the caller's part in it then, with its receipts where they were read along with it
 * @throws Refused not-found, illegal-action with what is allowed, version-mismatch, and what a new task can lack
 */
export async function act(context: Context, request: FastifyRequest, id: string, command: Command): Promise<Acted> {
  const now = context.now();
  const written = await decideAndRecord<Read, Acted, Refused>({
    journal: context.journal,
    key: keyOf(request),
    read: () => readFor(request.caller, context.store, { id, action: command.action }),
    decide: async (read): Promise<Decision<Acted, Refused>> => {
      const { row, party } = await seenBy(context, request, { id, row: read.row });
      if (party.as === 'former') return { refuse: illegal(party.task.state, []) };
      const mismatch = versionMismatch(request.headers['if-match'], row.version);
      if (mismatch !== null) return mismatch;
      const parties = actingAs(party);
      const as = parties.find((one) => allowedActions(row, [one], now).includes(command.action));
      if (as === undefined)
        return { refuse: illegal(row.state, allowedActions(row, parties, now), whyNot(row, command)) };
      const footing = await footingOf(context, request, { row, consent: read.consent, command, now });
      if ('refuse' in footing) return footing;
      const { row: current = row, guards, projections = [], ...occasion } = footing;
      const verdict = decide(current, command, { party: as, now, limits: context.limits, ...occasion });
      if (verdict.kind === 'illegal') return { refuse: illegal(current.state, verdict.allowed) };
      const { next, event, implied, ended } = verdict;
      const change = referralChange(next, { event, before: current, implied, ended, actor: actorOf(request), now });
      return {
        record: { changes: [change], projections: [...endedTaskCopies(ended), ...projections], guards },
        result: {
          row: { ...next, version: current.version + 1 },
          party: partyAfter(next, { party, ended, request }),
          receipts: read.receipts,
        },
      };
    },
  });
  await noteDouble(context, request, { id, written });
  const done = settled(written, { ...sentTwice, ...usedConsent });
  if (done.kind === 'recorded') return done.result;
  const { row, receipts } = await readFor(request.caller, context.store, { id, action: command.action });
  const seen = await lookedAt(context, request, { id, row });
  return { ...(asksConsent(command.action) ? await asItStands(context, request, seen) : seen), receipts };
}

/**
 * What a decision needs comes in one reading: the consent where somebody may be taken on, and receipts for those who refer or
 * supervise, to whom they are shown. A client of a facility seldom refers, and is shown none otherwise.
 */
async function readFor(
  { role }: Pick<Caller, 'role'>,
  store: Store,
  { id, action }: { id: string; action: Command['action'] },
): Promise<Read> {
  const nothing = { row: null, receipts: null, consent: null };
  if (takesOn(action)) return { ...nothing, ...(await store.referralWithConsent(id)) };
  if (role === 'facility') return { ...nothing, row: await store.referral(id) };
  return { ...nothing, ...(await store.referralWithReceipts(id)) };
}

/** What a state does not allow, with what it does. */
export const illegal = (state: string, allowed: readonly string[], detail?: string): Refused =>
  refused('illegal-action', {
    ...(detail !== undefined && { detail }),
    extensions: { allowedActions: allowed, state },
  });

/** Where it is not the state alone that forbids an action, what does. */
const whyNot = ({ state }: ReferralRow, { action }: Command): string | undefined =>
  action === 'record_no_show' && state === 'scheduled'
    ? 'The time of the appointment has not come: nobody has missed it. Give another one with reschedule.'
    : undefined;

/** Who has given a referral away sees once more what they did. */
const partyAfter = (
  next: ReferralRow,
  { party, ended, request }: { party: ClientParty; ended: TaskRow | null; request: FastifyRequest },
): ClientParty => partyOf(next, request.caller) ?? (ended && formerPartyOf([ended], request.caller)) ?? party;
