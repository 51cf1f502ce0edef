import type { intakeColumns } from '@rohnamo/contracts';

export type IntakeColumn = (typeof intakeColumns)[number];

/** What one row says, by column: absent where it says nothing, null where it says that nothing is known. */
export type Cells = Partial<Record<IntakeColumn, string | string[] | null>>;

/** One thing that is wrong with a row; never the value. `field` is a column, or `row` where the whole row is meant. */
export interface RowComplaint {
  field: string;
  problem: string;
  remedy: string;
}

/** A row between upload and processing: what it says, or why it could not be read at all. */
export type StagedRow = { cells: Cells } | { unreadable: RowComplaint; externalId: string | null };

/** Characters that one row may have, in either format. */
export const rowCharactersMax = 64 * 1024;
