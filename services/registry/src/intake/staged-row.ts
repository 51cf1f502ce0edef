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

/**
 * A row between upload and processing: what it says, or why it could not be read at all. `row` is its number in the file, as a
 * spreadsheet or an editor counts; rows that an earlier version staged have none.
 */
export type StagedRow = { row?: number } & ({ cells: Cells } | { unreadable: RowComplaint; externalId: string | null });

/** What one row may be, in either format. No value may be nearly as long as a cell; a longer one is mostly a quote that was not closed. */
export const rowLimits = { rowCharactersMax: 64 * 1024, cellCharactersMax: 4000, cellsMax: 200 };

/** Rows of one upload that may be unreadable; with more of them, it is not the file that it is said to be. */
export const unreadableRowsMax = 10_000;
