import { intakeColumns, trimmed } from '@rohnamo/contracts';
import { type ProblemError, refused } from '@rohnamo/service-kit';
import type { IntakeColumn } from './staged-row.ts';

export const requiredColumns = ['external_id', 'given_name', 'family_name'] as const satisfies readonly IntakeColumn[];

export const isColumn = (name: string): name is IntakeColumn => (intakeColumns as readonly string[]).includes(name);

/**
 * The columns that a header names, in any order and case. Columns are told by their number: in a file without a header, what
 * stands in the first row are people.
 * @throws Refused invalid-field for unknown, repeated or missing columns.
 */
export function readHeader(cells: readonly string[]): IntakeColumn[] {
  const names = cells.map((cell) => trimmed(cell).toLowerCase());
  const errors: ProblemError[] = names.flatMap((name, index) => {
    const pointer = `#/header/${index}`;
    if (name === '') return [{ pointer, detail: `column ${index + 1} has no name: name it, or leave it out` }];
    if (!isColumn(name))
      return [{ pointer, detail: `column ${index + 1} is not known; known are ${intakeColumns.join(', ')}` }];
    return names.indexOf(name) === index ? [] : [{ pointer, detail: `column ${index + 1} names ${name} again` }];
  });
  for (const name of requiredColumns) {
    if (!names.includes(name)) errors.push({ pointer: `#/header`, detail: `the column ${name} is missing` });
  }
  if (errors.length > 0) {
    const detail = 'The first row must name the columns, separated by commas.';
    throw refused('invalid-field', { detail, errors: errors.slice(0, 50) });
  }
  return names.filter(isColumn);
}
