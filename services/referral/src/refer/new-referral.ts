import {
  type NeedCategory,
  type NewReferral,
  type NewScreening,
  type OrganisationKind,
  textsNeverOfSexualViolence,
} from '@rohnamo/contracts';
import type { Confirmation } from '../lifecycle/confirmation.ts';
import { noTransfer } from '../lifecycle/effects.ts';
import { placeOn, untouched } from '../lifecycle/new-task.ts';
import { nextWake } from '../lifecycle/next-wake.ts';
import { dueAt, type TimeLimits } from '../lifecycle/time-limits.ts';
import { isForced, toldAs } from '../lifecycle/told-priority.ts';
import type { ReferralForm, ReferralRow } from '../schema.ts';
import { scored } from '../screening/score.ts';
import type { SoundGrounds } from './check-grounds.ts';
import { triageOf } from './triage.ts';

/** Who refers, when, and by which limits; the ids that the referral and its task get. */
export interface Referring {
  id: string;
  taskId: string;
  number: string;
  organisationId: string;
  organisationKind: OrganisationKind;
  now: Date;
  limits: TimeLimits;
  /** What is known of the consent, where the person is taken on at once. */
  confirmation?: Confirmation | undefined;
}

/** The first row of a referral, at version 0: not yet recorded. Sexual violence begins as an emergency, whatever was asked. */
export function newReferralRow(
  asked: NewReferral,
  grounds: SoundGrounds,
  { organisationId, organisationKind, now, limits, confirmation, ...ids }: Referring,
): ReferralRow {
  const row: ReferralRow = {
    ...untouched,
    ...ids,
    version: 0,
    state: asked.walkIn ? 'in_service' : asked.draft ? 'draft' : 'sent',
    previousState: null,
    taskNumber: 1,
    priority: priorityOf(asked),
    beneficiaryId: asked.beneficiaryId,
    onwardOf: asked.onwardOf ?? null,
    writtenBy: null,
    ...noTransfer,
    referrerOrganisationId: organisationId,
    referrerKind: organisationKind,
    ...placeOn(grounds),
    ...confirmation,
    needCategory: asked.needCategory,
    ...triageOf(grounds.person, asked),
    safeContact: asked.safeContact,
    reference: asked.reference ?? null,
    reason: asked.reason ?? null,
    servicesAlreadyGiven: asked.servicesAlreadyGiven ?? null,
    interpreter: asked.interpreter ?? null,
    providerPreferred: asked.providerPreferred ?? null,
    form: formOf(asked),
    ...(asked.draft ? {} : { sentAt: now }),
    ...(asked.walkIn
      ? {
          ...onceAtItsDesk(grounds),
          walkIn: true,
          attended: true,
          acknowledgedAt: now,
          acceptedAt: now,
          startedAt: now,
        }
      : {}),
    createdAt: now,
    changedAt: now,
    enteredStateAt: now,
    dueAt: null,
    toldPriority: null,
    toldDueAt: null,
    wakeAt: null,
  };
  return { ...row, dueAt: dueAt(limits, row), ...toldAs(limits, row), wakeAt: nextWake(limits, row)?.at ?? null };
}

/** Who came by themselves is seen by the desk alone, so that only there they come twice. */
const onceAtItsDesk = ({ offering, facility }: SoundGrounds): Pick<ReferralRow, 'onceBy'> => ({
  onceBy: offering.deskId ?? facility.id,
});

/** The priority that was asked for, unless the need makes it an emergency. */
export const priorityOf = ({ needCategory, priority }: Pick<NewReferral, 'needCategory' | 'priority'>) =>
  isForced(needCategory) ? 'emergency' : priority;

/** The texts that were written though nobody may write them of this need. */
export const textsNotForThisNeed = (asked: { needCategory?: NeedCategory | undefined }): string[] =>
  asked.needCategory === 'sexual-violence'
    ? textsNeverOfSexualViolence.filter((field) => (asked as Record<string, unknown>)[field] != null)
    : [];

type Unscored = Omit<ReferralForm, 'screenings'>;
type Told = { [Name in keyof Unscored]?: Unscored[Name] | undefined };
type Screened = { screenings?: NewScreening[] | null | undefined };

/** What was told beside, over what was told before; null where nothing was. */
export function formOf(
  { screenings, ...others }: Told & Screened,
  before: ReferralForm | null = null,
): ReferralForm | null {
  const told: Told = others;
  const over = <Name extends keyof Unscored>(name: Name): Unscored[Name] | null => {
    const value: Unscored[Name] | undefined = told[name];
    return value === undefined ? (before?.[name] ?? null) : value;
  };
  const kept = screenings === undefined ? before?.screenings : screenings?.map(scored);
  const form: ReferralForm = {
    psychologicalFirstAid: over('psychologicalFirstAid'),
    returnCountry: over('returnCountry'),
    returnedOn: over('returnedOn'),
    treatmentInterrupted: over('treatmentInterrupted'),
    planningSession: over('planningSession'),
    restrictedNotes: over('restrictedNotes'),
    minor: over('minor'),
    ...(kept && { screenings: kept }),
  };
  return Object.values(form).every((value) => value === null) ? null : form;
}
