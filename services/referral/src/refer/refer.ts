import { randomUUID } from 'node:crypto';
import { type Facility, type NewReferral, type Offering, timeOfId } from '@rohnamo/contracts';
import { type Decision, decideAndRecord, type IdempotencyKey, uuidV7, type Written } from '@rohnamo/journal';
import { actorOf, type Caller, causeOfKind, type ProblemError, Refused, refused, settled } from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';
import { asItStands } from '../consent/as-it-stands.ts';
import { confirmationOf } from '../consent/settle.ts';
import type { Context } from '../context.ts';
import { referralChange } from '../fact.ts';
import type { Confirmation } from '../lifecycle/confirmation.ts';
import { denied, type Seen, seenBy } from '../look.ts';
import { newReferralNumber } from '../number.ts';
import { partyOf } from '../party.ts';
import { detailsOpen } from '../read/view.ts';
import { complaintsAboutDays } from '../lifecycle/given-times.ts';
import type { ReferralRow } from '../schema.ts';
import { complaintsAboutAsker, complaintsAboutFit } from '../screening/who-may-use.ts';
import type { GroundsCheck } from './check-grounds.ts';
import { doubleOf, noteDouble, sentTwice } from './duplicate.ts';
import { citedBy } from './citation.ts';
import { usedConsent, usesOf } from './consent-use.ts';
import { checkedGrounds } from './grounds.ts';
import { newReferralRow, textsNotForThisNeed } from './new-referral.ts';

/** What is asked of a new referral, before it is known whether it stands. */
type Checked = (GroundsCheck & { confirmation?: Confirmation }) | { refused: Refused };

export interface Referring {
  asked: NewReferral;
  /** By what name the request is done once; undefined: it has none. */
  key: IdempotencyKey | undefined;
}

/** `isRepeat`: it was made before, by the same key, and shows as it is now. That it was looked at is for the caller to note. */
export type Referred = Seen & { isRepeat: boolean };

/**
 * Makes a referral, once for each key: sent, kept as a draft, or in service where the person has come by themselves.
 * @throws Refused with what it lacks
 */
export async function refer(context: Context, request: FastifyRequest, { asked, key }: Referring): Promise<Referred> {
  const { caller } = request;
  const now = context.now();
  const ids = { id: asked.id ?? uuidV7(now.getTime()), taskId: randomUUID() };
  const written = await decideAndRecord<Checked, ReferralRow, Refused>({
    journal: context.journal,
    key,
    read: () => check(context, request, { asked, id: ids.id, now }),
    decide: (checked): Decision<ReferralRow, Refused> => {
      if ('refused' in checked) return { refuse: checked.refused };
      if ('refuse' in checked)
        return {
          refuse: refused(checked.refuse, {
            errors: [{ pointer: checked.pointer, detail: causeOfKind(checked.refuse) }],
          }),
        };
      const { consent, facility, offering, person } = checked.sound;
      if (asked.walkIn && !isOwn(facility, offering, caller))
        return { refuse: invalid('walkIn', 'is for a facility, at an offering of its own; at a desk’s, for the desk') };
      const unfit = complaintsAboutFit(asked.screenings ?? [], { offering, person });
      if (unfit.length > 0) return { refuse: invalidFields(unfit) };
      const place = { id: ids.id, facilityId: facility.id, service: offering.service };
      const double = asked.draft ? null : doubleOf(checked.sound.open, place, caller);
      if (double !== null) return { refuse: double };
      const row = newReferralRow(asked, checked.sound, {
        ...ids,
        number: newReferralNumber(),
        organisationId: caller.organisationId,
        organisationKind: caller.organisationKind,
        now,
        limits: context.limits,
        confirmation: checked.confirmation,
      });
      const event = asked.walkIn ? 'referral.started.v1' : asked.draft ? 'referral.drafted.v1' : 'referral.sent.v1';
      const implied = asked.walkIn ? (['sent', 'acknowledged', 'accepted'] as const) : [];
      return {
        record: {
          changes: [referralChange(row, { event, implied: [...implied], actor: actorOf(request), now })],
          projections: asked.draft ? [] : usesOf(row, checked.sound),
          guards: [{ kind: 'consent', id: consent.id, version: consent.version }],
        },
        result: { ...row, version: 1 },
      };
    },
  });
  if (isOfTakenId(written)) throw await denied(context, request, { id: ids.id, code: 'already-exists' });
  await noteDouble(context, request, { id: ids.id, written });
  const done = settled(written, {
    ...sentTwice,
    ...usedConsent,
    referral_number: 'contention',
  });
  if (done.kind === 'repeat') {
    const seen = await seenBy(context, request, { id: done.subject, row: await context.store.referral(done.subject) });
    return { ...(asked.walkIn ? await asItStands(context, request, seen) : seen), isRepeat: true };
  }
  const row = done.result;
  return { row, party: partyOf(row, caller) ?? { as: 'referrer' }, isRepeat: false };
}

const idTimeMaxMs = 24 * 3_600_000;
const idOfAnotherDay =
  'its time must be within a day of now: make it as the referral is written, and another where it waited longer to be sent';
/** An id that a client made says when: an old one is somebody's, and cannot be tried once its owner is forgotten here. */
const isOfThisDay = (id: string, now: Date): boolean => Math.abs(timeOfId(id) - now.getTime()) <= idTimeMaxMs;

/** Something had the id before, or got it in this moment. */
const isOfTakenId = (written: Written<ReferralRow, Refused>): boolean =>
  (written.kind === 'refused' && written.refusal.code === 'already-exists') ||
  (written.kind === 'constraint' && ['referral_pkey', 'entry_version_once'].includes(written.constraint ?? ''));

const invalidFields = (errors: ProblemError[]): Refused => refused('invalid-field', { errors });
const invalid = (field: string, detail: string): Refused => invalidFields([{ pointer: `#/${field}`, detail }]);

const isOwn = (facility: Facility, { deskId }: Offering, caller: Caller): boolean =>
  caller.role === 'facility' &&
  facility.organisationId === caller.organisationId &&
  caller.facilityIds.includes(facility.id) &&
  (deskId === undefined || caller.deskIds.includes(deskId));

async function check(
  context: Context,
  request: FastifyRequest,
  { asked, id, now }: { asked: NewReferral; id: string; now: Date },
): Promise<Checked> {
  const { organisationId } = request.caller;
  const [unfit] = textsNotForThisNeed(asked);
  if (unfit !== undefined) return { refused: invalid(unfit, 'is never recorded of this need') };
  const screenings = asked.screenings ?? [];
  const notTheirs = complaintsAboutAsker(screenings, request.caller.role);
  if (notTheirs.length > 0) return { refused: invalidFields(notTheirs) };
  const untimely = complaintsAboutDays(asked, { now, calendar: context.limits.calendar });
  if (untimely.length > 0) return { refused: invalidFields(untimely) };
  if (asked.walkIn && asked.draft) return { refused: invalid('draft', 'cannot be: the person is here') };
  if (asked.id !== undefined && !isOfThisDay(asked.id, now)) return { refused: invalid('id', idOfAnotherDay) };
  const isEntrusted =
    asked.onwardOf !== undefined && (await isInCareBy(context, request, { ...asked, onwardOf: asked.onwardOf, now }));
  if (asked.onwardOf !== undefined && !isEntrusted)
    return { refused: invalid('onwardOf', 'must be a referral by which this person is in your care') };
  const grounds = await checkedGrounds(context, {
    ...asked,
    referralId: id,
    screenings,
    organisationId,
    isEntrusted,
    citation: citedBy(request.caller),
    now,
  });
  // Asked only of who could send this: to anybody else it would tell which ids there are.
  if (asked.id !== undefined && !('refuse' in grounds) && (await context.store.isIdTaken(asked.id)))
    return { refused: refused('already-exists') };
  if (!asked.walkIn || 'refuse' in grounds) return grounds;
  const confirmation = await confirmationOf(context, asked, now);
  return confirmation === null ? { refuse: 'consent-missing', pointer: '#/consentId' } : { ...grounds, confirmation };
}

/** Whether the person was referred to the caller, who has taken them on and may still read their details. */
async function isInCareBy(
  context: Context,
  request: FastifyRequest,
  { onwardOf, beneficiaryId, now }: { onwardOf: string; beneficiaryId: string; now: Date },
): Promise<boolean> {
  const row = await context.store.referral(onwardOf);
  const seen = await seenBy(context, request, { id: onwardOf, row }).catch(unseen);
  if (seen === null) return false;
  return seen.party.as === 'facility' && seen.row.beneficiaryId === beneficiaryId && detailsOpen(seen.row, now);
}

/** One that is not theirs is answered like one that is not there, and like one by which nobody is in their care. */
function unseen(error: unknown): null {
  if (error instanceof Refused && error.code === 'not-found') return null;
  throw error;
}
