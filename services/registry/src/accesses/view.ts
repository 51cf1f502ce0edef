import { type AccessOutcome, type BeneficiaryAccess, DataCategory, Role } from '@rohnamo/contracts';
import { parseTraceparent } from '@rohnamo/service-kit';
import { z } from 'zod';
import type { AccessEntry, Told } from './store.ts';

/** What the detail of a look says of it. Of a disclosure, also who is behind our own service that asked. */
const Look = z.object({
  route: z.string().nullable().default(null),
  categories: z.array(DataCategory).default([]),
  reason: z.string().nullable().default(null),
  at: z.object({ deskIds: z.array(z.string()) }).default({ deskIds: [] }),
});
const Disclosure = z.object({
  referralId: z.string(),
  recipientOrganisationId: z.string(),
  clientId: z.string().nullable(),
  actingPerson: z.string().nullable(),
  role: Role.default('facility'),
});
const AskedFor = z.object({
  referralId: z.string(),
  askedBy: z.object({
    organisationId: z.string(),
    clientId: z.string(),
    role: Role,
    actingPerson: z.string().nullable(),
  }),
});

/**
 * An entry about a person as one access. A disclosure is the access of the facility that asked for it through a referral, a hand-over that of the organisation that has the case from then on, and a birth year that of whoever prints the slip.
 * By which client it was done at a desk is not told to another organisation: a desk's clients tell what it is for.
 */
export function accessOf(
  { id, position, kind, subject, type, time, ...entry }: AccessEntry,
  told: Told | null,
): BeneficiaryAccess {
  const { route, categories, reason, at } = Look.parse(entry.detail ?? {});
  const disclosure = Disclosure.safeParse(entry.detail).data;
  const asked = AskedFor.safeParse(entry.detail).data;
  const who = asked?.askedBy ?? (disclosure === undefined ? clientIn(entry.actor) : recipientIn(disclosure));
  const isAtDeskOfOthers = told !== null && at.deskIds.length > 0 && who.organisationId !== told.organisationId;
  const referralId = disclosure?.referralId ?? asked?.referralId ?? null;
  return {
    id,
    position,
    time: time.toISOString(),
    outcome: outcomeOf(type),
    type,
    route,
    purpose: referralId === null ? null : 'referral',
    categories,
    consentId: kind === 'consent' ? subject : null,
    referralId,
    reasonCode: reason,
    organisationId: who.organisationId,
    clientId: isAtDeskOfOthers ? null : who.clientId,
    role: who.role,
    actingPerson: isAtDeskOfOthers ? null : who.actingPerson,
    traceId: parseTraceparent(entry.traceparent ?? undefined)?.traceId ?? null,
  };
}

type Who = Pick<BeneficiaryAccess, 'organisationId' | 'clientId' | 'role' | 'actingPerson'>;

const clientIn = ({ organisationId, clientId, role, actingPerson }: AccessEntry['actor']): Who => ({
  organisationId,
  clientId,
  role: Role.nullable().parse(role),
  actingPerson,
});

const recipientIn = ({ recipientOrganisationId, clientId, actingPerson, role }: z.infer<typeof Disclosure>): Who => ({
  organisationId: recipientOrganisationId,
  clientId,
  role,
  actingPerson,
});

function outcomeOf(type: string): AccessOutcome {
  if (type.endsWith('.observed.v1')) return 'disclosed';
  return type.endsWith('.denied.v1') ? 'denied' : 'changed';
}
