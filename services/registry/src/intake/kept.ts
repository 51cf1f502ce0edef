import { isDeepStrictEqual } from 'node:util';
import type { BeneficiaryRow, HeldRow } from '../schema.ts';

/** A person's row as JSON keeps it: bytes in hexadecimal, instants in ISO 8601. */
export type KeptPerson = Omit<BeneficiaryRow, 'rowDigest' | 'registeredAt' | 'identityConfirmedAt' | 'takenBackAt'> & {
  rowDigest: string | null;
  registeredAt: string;
  identityConfirmedAt: string | null;
  takenBackAt: string | null;
};
/** A held row as JSON keeps it. */
export type KeptHeldRow = Omit<HeldRow, 'heldAt' | 'decidedAt'> & { heldAt: string; decidedAt: string | null };

/** What a row replaced: of the person what it changed, as that was, and the row that waited until then. */
export interface BeforeRow {
  person?: Partial<KeptPerson>;
  held?: KeptHeldRow;
}

/** How a row of a preview would leave a person, and the row of theirs that would wait. */
export interface Foreseen {
  person: KeptPerson;
  waiting: KeptHeldRow | null;
}

/** A person, or part of one, as JSON keeps it. */
export const keptPerson = <Part extends Partial<BeneficiaryRow>>(part: Part) =>
  Object.fromEntries(Object.entries(part).map(([name, value]) => [name, keptValue(value)])) as {
    [Name in keyof Part & keyof KeptPerson]: KeptPerson[Name];
  }; // value by value the same names

const keptValue = (value: unknown): unknown => {
  if (value instanceof Buffer) return value.toString('hex');
  return value instanceof Date ? value.toISOString() : value;
};

/** What {@link keptPerson} kept. */
export function revivedPerson<Part extends Partial<KeptPerson>>(kept: Part) {
  const { rowDigest, registeredAt, identityConfirmedAt, takenBackAt, ...others } = kept;
  return {
    ...others,
    ...(rowDigest === undefined ? {} : { rowDigest: rowDigest === null ? null : Buffer.from(rowDigest, 'hex') }),
    ...(registeredAt === undefined ? {} : { registeredAt: new Date(registeredAt) }),
    ...(identityConfirmedAt === undefined ? {} : { identityConfirmedAt: instantOf(identityConfirmedAt) }),
    ...(takenBackAt === undefined ? {} : { takenBackAt: instantOf(takenBackAt) }),
  } as { [Name in keyof Part & keyof BeneficiaryRow]: BeneficiaryRow[Name] }; // value by value the same names
}

export const keptHeldRow = ({ heldAt, decidedAt, ...row }: HeldRow): KeptHeldRow => ({
  ...row,
  heldAt: heldAt.toISOString(),
  decidedAt: decidedAt?.toISOString() ?? null,
});

export const revivedHeldRow = ({ heldAt, decidedAt, ...row }: KeptHeldRow): HeldRow => ({
  ...row,
  heldAt: new Date(heldAt),
  decidedAt: instantOf(decidedAt),
});

const instantOf = (text: string | null): Date | null => (text === null ? null : new Date(text));

/** Of a person, what another state of theirs has otherwise; the version is no part of it. */
export function replacedIn(person: BeneficiaryRow, next: BeneficiaryRow): Partial<BeneficiaryRow> {
  const names = Object.keys(person) as (keyof BeneficiaryRow)[]; // its keys
  return Object.fromEntries(
    names.filter((name) => name !== 'version' && !isSame(person[name], next[name])).map((name) => [name, person[name]]),
  );
}

const isSame = (one: unknown, other: unknown): boolean => one === other || isDeepStrictEqual(one, other);
