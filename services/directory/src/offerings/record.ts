import type { Offering } from '@rohnamo/contracts';
import { getTableColumns } from 'drizzle-orm';
import { offering, type OfferingRow } from '../schema.ts';

const columns = Object.entries(getTableColumns(offering)).map(([name, { notNull }]) => ({
  name: name as keyof OfferingRow,
  isOptional: !notNull,
}));

/** What everybody but its own organisation and the other services is told of an offering: all but the desk whose it is, which would tell what it is for. */
export function publicOffering({ deskId: _theirOwn, ...record }: Offering): Offering {
  return record;
}

/** All of an offering. What is not known is left out. */
export const offeringRecord = (row: OfferingRow): Offering => offeringOfValues(columns.map(({ name }) => row[name]));

/** The same, of the values of its columns in the order of the table; its instant as a date or as JSON spells it. */
export function offeringOfValues(values: readonly unknown[]): Offering {
  const record: Record<string, unknown> = {};
  columns.forEach(({ name, isOptional }, index) => {
    if (!isOptional || values[index] !== null) record[name] = values[index];
  });
  const { verifiedAt } = record as { verifiedAt: Date | string };
  return { ...(record as Offering), verifiedAt: new Date(verifiedAt).toISOString() }; // each column by its name
}
