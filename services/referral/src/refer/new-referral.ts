import type { NewReferral } from '@rohnamo/contracts';
import { dueAt, nextWake, type TimeLimits } from '../lifecycle/time-limits.ts';
import type { ReferralRow } from '../schema.ts';
import type { SoundGrounds } from './check-grounds.ts';

/** The first row of a referral, at version 0: not yet recorded. Sexual violence begins as an emergency, whatever was asked. */
export function newReferralRow(
  asked: NewReferral,
  { person, offering, facility }: SoundGrounds,
  {
    id,
    taskId,
    number,
    organisationId,
    now,
    limits,
  }: { id: string; taskId: string; number: string; organisationId: string; now: Date; limits: TimeLimits },
): ReferralRow {
  const row: ReferralRow = {
    id,
    version: 0,
    number,
    state: asked.draft ? 'draft' : 'sent',
    previousState: null,
    taskId,
    priority: asked.needCategory === 'sexual-violence' ? 'emergency' : asked.priority,
    beneficiaryId: asked.beneficiaryId,
    consentId: asked.consentId,
    referrerOrganisationId: organisationId,
    facilityId: facility.id,
    facilityOrganisationId: facility.organisationId,
    offeringId: offering.id,
    service: offering.service,
    needCategory: asked.needCategory,
    ageBand: person.ageBand,
    language: person.language,
    accessRequirements: person.accessRequirements,
    districtId: person.districtId,
    safeContact: asked.safeContact,
    reference: asked.reference ?? null,
    reason: asked.reason ?? null,
    servicesAlreadyGiven: asked.servicesAlreadyGiven ?? null,
    interpreter: asked.interpreter ?? null,
    providerPreferred: asked.providerPreferred ?? null,
    sharingStopped: false,
    reasonCode: null,
    appointmentAt: null,
    instructions: null,
    question: null,
    answer: null,
    attended: false,
    outcome: null,
    findings: null,
    nextSteps: null,
    followUpOn: null,
    barrier: null,
    needMet: null,
    createdAt: now,
    changedAt: now,
    sentAt: asked.draft ? null : now,
    enteredStateAt: now,
    closedAt: null,
    dueAt: null,
    wakeAt: null,
  };
  return { ...row, dueAt: dueAt(limits, row), wakeAt: nextWake(limits, row)?.at ?? null };
}
