import { type Actor, system } from '@rohnamo/journal';
import type { Context } from '../context.ts';
import type { Command } from '../lifecycle/command.ts';
import { askingOf, type Confirmation, confirmed, nextAskingAt, unconfirmedAt } from '../lifecycle/confirmation.ts';
import { nextWake } from '../lifecycle/next-wake.ts';
import { sharingIsOver } from '../lifecycle/sharing.ts';
import { actBySystem } from '../lifecycle/system-action.ts';
import { learn } from '../refer/ask-sources.ts';
import type { ReferralRow } from '../schema.ts';
import { type ConsentWord, consentWord } from './word.ts';

/**
 * Does with what leans on a consent what its end or its withdrawal asks: what nobody had decided ends, and of the rest sharing stops; nobody
 * is asked any more to take a case over under it. `actor`: whose will that is, where the registry has not said it first.
 */
export async function stopUnder(
  context: Context,
  consentId: string,
  command: Command,
  actor: Actor = system,
): Promise<void> {
  const [sharing, proposed] = await Promise.all([
    context.store.sharingUnder(consentId),
    context.store.proposedUnder(consentId),
  ]);
  await Promise.all([
    ...sharing.map(({ id }) =>
      actBySystem(context, id, (row) => (row.consentId === consentId ? command : null), actor),
    ),
    ...proposed.map(({ id }) =>
      actBySystem(
        context,
        id,
        (row) => (row.transferConsentId === consentId ? { action: 'decline_transfer', body: {} } : null),
        actor,
      ),
    ),
  ]);
}

/**
 * Does what a consent asks that has gone by the registry's word, as its event would: first no new referral can lean on it, then those
 * that do stop. The event comes later, and finds nothing left to do.
 */
export async function settleGone(
  context: Context,
  { consentId }: Pick<ReferralRow, 'consentId'>,
  { by, at, grounds }: Extract<ConsentWord, { kind: 'gone' }>,
): Promise<void> {
  await learn(context, grounds, context.now());
  if (by === 'withdrawal') await stopUnder(context, consentId, { action: 'withdraw', body: { at } });
  else if (at !== null) await stopUnder(context, consentId, { action: 'end_consent', body: { endsAt: at } });
}

/**
 * What is known of a consent under which somebody is to be taken on now; null: they are not, for it has gone, and what leans on it is
 * stopped, or the registry has no such consent.
 */
export async function confirmationOf(
  context: Context,
  row: Pick<ReferralRow, 'beneficiaryId' | 'consentId'>,
  now: Date,
): Promise<Confirmation | null> {
  const word = await consentWord(context, row, now);
  switch (word.kind) {
    case 'stands':
      return { ...confirmed, consentEndsAt: word.endsAt };
    case 'unanswered':
      return unconfirmedAt(now);
    case 'gone':
      await settleGone(context, row, word);
      return null;
    case 'unknown':
      return null;
  }
}

/**
 * How a consent stands under which somebody was taken on before. Care goes on, whatever is said: where it has gone, sharing stops first, and
 * `row` is the referral after that; where nothing is said, nothing opens until it is.
 */
export async function standingOf(
  context: Context,
  row: ReferralRow,
  now: Date,
): Promise<{ row: ReferralRow; confirmation?: Confirmation }> {
  if (sharingIsOver(row, now)) return { row };
  const word = await consentWord(context, row, now);
  switch (word.kind) {
    case 'stands':
      return { row, confirmation: { ...confirmed, consentEndsAt: word.endsAt } };
    case 'gone':
      await settleGone(context, row, word);
      return { row: (await context.store.referral(row.id)) ?? row };
    case 'unanswered':
    case 'unknown':
      return row.consentUnconfirmedSince === null ? { row, confirmation: unconfirmedAt(now) } : { row };
  }
}

type Unconfirmed = Pick<ReferralRow, 'id' | 'beneficiaryId' | 'consentId'>;

/** The registry has said that the consent stands: what was taken on without its word opens. */
export const confirm = async (
  context: Context,
  { id, consentId }: Unconfirmed,
  { endsAt }: { endsAt: Date | null },
): Promise<void> =>
  void (await actBySystem(context, id, (row) =>
    row.consentId === consentId ? { action: 'confirm_consent', body: { endsAt } } : null,
  ));

/** Asks the registry how the consent of a referral stands, and does what that asks. Where it says nothing that helps, it is asked again later. */
export async function askAndSettle(context: Context, row: Unconfirmed): Promise<void> {
  const word = await consentWord(context, row, context.now());
  if (word.kind === 'stands') await confirm(context, row, word);
  if (word.kind === 'gone') await settleGone(context, row, word);
  await askLater(context, row.id);
}

/** Asks again whose time for that has come. @returns whether it had */
export async function askWhereDue(context: Context, id: string): Promise<boolean> {
  const row = await context.store.referral(id);
  const asking = row && askingOf(row);
  if (!row || !asking || asking.at > context.now()) return false;
  await askAndSettle(context, row);
  return true;
}

/** When it is asked again follows from how long it has not answered, so the version stays, and there is no entry. */
async function askLater({ journal, store, limits, now }: Context, id: string): Promise<void> {
  const row = await store.referral(id);
  const asking = row && askingOf(row);
  if (!row?.consentUnconfirmedSince || !asking || asking.at > now()) return;
  const later = { ...row, consentAskAt: nextAskingAt(row.consentUnconfirmedSince, now()) };
  const state = { ...later, wakeAt: nextWake(limits, later)?.at ?? null };
  await journal.record({ projections: [{ kind: 'referral', id, expected: row.version, version: row.version, state }] });
}
