import type { Sex } from '@rohnamo/contracts';
import { fold } from '../fold.ts';

/** Who a person is: name, sex and birth date, as far as they are known. */
export interface Identity {
  givenName: string;
  familyName: string;
  fatherName: string | null;
  sex: Sex;
  birthDate: string | null;
}
export type IdentityField = keyof Identity;

export const identityOf = ({ givenName, familyName, fatherName, sex, birthDate }: Identity): Identity => ({
  givenName,
  familyName,
  fatherName,
  sex,
  birthDate,
});

const fields: readonly IdentityField[] = ['givenName', 'familyName', 'fatherName', 'sex', 'birthDate'];

/** What differs between two, a name without regard to case, blanks and normal form. */
const differences = (from: Identity, to: Identity): IdentityField[] =>
  fields.filter((field) => nameOf(from[field]) !== nameOf(to[field]));

const nameOf = (value: string | null): string | null =>
  value && fold(value.trim().replaceAll(/\s+/gu, ' ')).replaceAll(/[İı]/g, 'i');

/**
 * In what somebody is another by the second than by the first. What was not known before, and a birth date that becomes exact, says
 * nothing else; what was known and is taken away does.
 */
export const contradictions = (from: Identity, to: Identity): IdentityField[] =>
  differences(from, to).filter((field) => {
    if (field === 'sex') return from.sex !== 'unknown';
    if (field === 'birthDate') return from.birthDate !== null && to.birthDate?.startsWith(from.birthDate) !== true;
    return from[field] !== null;
  });

/** Whether a consent is that of the person as they are now: of who they were then, or somebody has confirmed that it is the same. */
export const isOfSamePerson = (
  consent: { identity: Identity | null; givenAt: Date },
  person: Identity & { identityConfirmedAt: Date | null },
): boolean =>
  (person.identityConfirmedAt !== null && consent.givenAt <= person.identityConfirmedAt) ||
  (consent.identity !== null && contradictions(consent.identity, person).length === 0);

/**
 * Whether the second is taken for another person than the first: another given name, and anything else of who they are that
 * differs too, if only because it was not known before; or another sex or birth date, and something else that is known to be otherwise.
 */
export function isAnotherPerson(from: Identity, to: Identity): boolean {
  const isOther = (found: readonly IdentityField[], ...telling: IdentityField[]) =>
    found.length > 1 && found.some((field) => telling.includes(field));
  return isOther(differences(from, to), 'givenName') || isOther(contradictions(from, to), 'sex', 'birthDate');
}
