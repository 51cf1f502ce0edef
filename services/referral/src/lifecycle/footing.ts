import { randomUUID } from 'node:crypto';
import type { Guard, Projection } from '@rohnamo/journal';
import { causeOfKind, type Refused, refused } from '@rohnamo/service-kit';
import type { FastifyRequest } from 'fastify';
import { confirmationOf, standingOf } from '../consent/settle.ts';
import type { Context } from '../context.ts';
import { isEntrusted } from '../refer/check-grounds.ts';
import { doubleOf } from '../refer/duplicate.ts';
import { citedFor } from '../refer/citation.ts';
import { usesOf } from '../refer/consent-use.ts';
import { checkedGrounds } from '../refer/grounds.ts';
import { toldBy, type Triage, triageOf } from '../refer/triage.ts';
import type { ReferralRow } from '../schema.ts';
import type { ReferralWithConsent } from '../store.ts';
import type { Command } from './command.ts';
import type { Confirmation } from './confirmation.ts';
import type { Successor } from './effects.ts';
import { goesOn, placeOf, placeOn, type Target } from './new-task.ts';
import { complaintAboutDesk } from './reassign.ts';
import { checkedProposal, checkedTakeover } from './transfer.ts';
import { complaintsAboutTime } from './given-times.ts';
import { stands } from './sharing.ts';
import { undecidedStates } from './states.ts';

/**
 * What a change leans on that is not in the referral: the next task, the person's triage by now, who refers next, what the registry says
 * of the consent, what is written along, and what must still stand then.
 */
export interface Footing {
  /** The referral as it is by now, where asking has changed it. */
  row?: ReferralRow;
  target?: Target;
  triage?: Triage;
  successor?: Successor;
  confirmation?: Confirmation;
  projections?: Projection[];
  guards: Guard[];
}

/**
 * What a client's action leans on, or why it lacks that.
 * @throws Refused dependency-unavailable where a source that must be asked does not answer
 */
export async function footingOf(
  context: Context,
  request: FastifyRequest,
  {
    row,
    consent,
    command,
    now,
  }: Pick<ReferralWithConsent, 'consent'> & { row: ReferralRow; command: Command; now: Date },
): Promise<Footing | { refuse: Refused }> {
  const untimely = complaintsAboutTime(command, { now, calendar: context.limits.calendar });
  if (untimely.length > 0) return { refuse: refused('invalid-field', { errors: untimely }) };
  switch (command.action) {
    case 'submit':
      return onGrounds(context, request, { row, now, ...placeOf(row) });
    case 'redirect':
    case 'reroute': {
      const { offeringId, consentId = row.consentId } = command.body;
      const footing = await onGrounds(context, request, { row, now, offeringId, consentId });
      if ('refuse' in footing || goesOn(row, command.action, footing.target.place)) return footing;
      const detail = `must be another ${command.action === 'redirect' ? 'facility’s' : 'offering'}: it is there already`;
      return { refuse: refused('invalid-field', { errors: [{ pointer: '#/offeringId', detail }] }) };
    }
    case 'reopen':
      return { target: { taskId: randomUUID(), place: placeOf(row) }, guards: [] };
    case 'reassign': {
      const refuse = await complaintAboutDesk(context, request.caller, { row, body: command.body });
      return refuse === null ? { guards: [] } : { refuse };
    }
    case 'propose_transfer':
      return checkedProposal(context, request.caller, { row, body: command.body, now });
    case 'accept_transfer':
      return checkedTakeover(context, request.caller, { row, now });
    case 'accept':
    case 'schedule':
    case 'reschedule':
    case 'start':
      return onStandingConsent(context, { row, consent, now });
    default:
      return { guards: [] };
  }
}

/**
 * Nobody is taken on, and sees the details, but under a consent that stands by the registry's word of this moment. Where it says nothing in
 * time they are taken on, and nothing opens until it has. Whom they have taken on they care for, whatever becomes of the consent: it
 * is asked for again, and where it has gone, they act on a referral whose sharing has stopped. It need not stand until that is
 * written: what withdraws it moves the referral as well, and comes before or after it.
 */
async function onStandingConsent(
  context: Context,
  { row, consent, now }: Pick<ReferralWithConsent, 'consent'> & { row: ReferralRow; now: Date },
): Promise<Footing | { refuse: Refused }> {
  if (!undecidedStates.includes(row.state)) return { ...(await standingOf(context, row, now)), guards: [] };
  if (consent === null || !stands(consent, now)) return { refuse: refused('consent-missing') };
  const confirmation = await confirmationOf(context, row, now);
  return confirmation === null ? { refuse: refused('consent-missing') } : { confirmation, guards: [] };
}

/** A task begins on the same grounds as a new referral: they are looked at again. */
async function onGrounds(
  context: Context,
  { caller }: Pick<FastifyRequest, 'caller'>,
  { row, now, offeringId, consentId }: { row: ReferralRow; now: Date; offeringId: string; consentId: string },
): Promise<(Footing & { target: Target }) | { refuse: Refused }> {
  const check = await checkedGrounds(context, {
    referralId: row.id,
    organisationId: row.referrerOrganisationId,
    beneficiaryId: row.beneficiaryId,
    isEntrusted: isEntrusted(row),
    citation: citedFor(caller, row),
    needCategory: row.needCategory,
    screenings: row.form?.screenings ?? [],
    offeringId,
    consentId,
    now,
  });
  if ('refuse' in check)
    return {
      refuse: refused(check.refuse, { errors: [{ pointer: check.pointer, detail: causeOfKind(check.refuse) }] }),
    };
  const { consent, person, open } = check.sound;
  const place = placeOn(check.sound);
  const double = doubleOf(open, { ...place, id: row.id }, caller);
  if (double !== null) return { refuse: double };
  return {
    target: { taskId: randomUUID(), place },
    triage: triageOf(person, toldBy(row)),
    projections: usesOf(row, check.sound),
    guards: [{ kind: 'consent', id: consent.id, version: consent.version }],
  };
}
