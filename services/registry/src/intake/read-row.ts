import {
  complaintAboutText,
  composed,
  intakeColumns,
  type NewBeneficiary,
  NewBeneficiary as NewBeneficiarySchema,
} from '@rohnamo/contracts';
import { describeIssue } from '@rohnamo/service-kit';
import type { CountryCode } from 'libphonenumber-js';
import { hash } from 'node:crypto';
import { birthDateComplaint, returnComplaint } from '../person/age.ts';
import { detailsOf, type PersonDetails } from '../person/view.ts';
import { readBirthDate, readDay, readList, readPhone } from './cell.ts';
import { requiredColumns } from './header.ts';
import type { Cells, IntakeColumn, RowComplaint, StagedRow } from './staged-row.ts';

/** A row that says something about a person. */
export interface PersonRow {
  /** Its number in the file. */
  row: number;
  externalId: string;
  /** All that it says, with the usual defaults for what it does not. */
  details: PersonDetails;
  /** Of that, what the row itself says; what is not named here stays as it is. */
  named: Partial<PersonDetails>;
  /** SHA-256 of the cells: the same row has the same. */
  digest: Buffer;
}

/** A row that was refused, and why; the external id only where it is one. */
export interface RefusedRow {
  row: number;
  externalId: string | null;
  complaints: RowComplaint[];
}

export interface RowReading {
  /** The number of a row that was staged without one. */
  place?: number;
  sourceSystem: string;
  phoneRegion: CountryCode;
  /** The day on which it is read. */
  today: string;
  /** The codes of all districts; without them none is looked up. */
  districts?: ReadonlySet<string> | null;
}

const fieldOf = {
  external_id: 'external',
  given_name: 'givenName',
  family_name: 'familyName',
  father_name: 'fatherName',
  sex: 'sex',
  birth_date: 'birthDate',
  phone: 'phone',
  language: 'language',
  access_requirements: 'accessRequirements',
  district_id: 'districtId',
  village: 'village',
  return_country: 'returnCountry',
  returned_on: 'returnedOn',
} as const satisfies Record<IntakeColumn, keyof NewBeneficiary>;

const columnOf = new Map<PropertyKey, IntakeColumn>(intakeColumns.map((column) => [fieldOf[column], column]));

const remedies: Record<IntakeColumn, string> = {
  external_id: 'Give the id that this person has in your system: one line, at most 128 characters.',
  given_name: 'Give the given name: one line, at most 100 characters.',
  family_name: 'Give the family name: one line, at most 100 characters.',
  father_name: 'Give one line of at most 100 characters, or leave it empty.',
  sex: 'Write female, male, other or unknown, or leave it empty.',
  birth_date: 'Write 1994-03-21 or 21.03.1994, or only the year; leave it empty where it is not known.',
  phone: 'Write the number with its country code, such as +992 and nine digits, or leave it empty.',
  language: 'Write one of the language codes of the documentation, such as tg or ru, or leave it empty.',
  access_requirements: 'Write codes of the documentation with a bar between them, such as wheelchair|companion.',
  district_id:
    'Give the code of the district, as the places of the directory have it, such as TJK003D010; or leave it empty.',
  village: 'Give one line of at most 100 characters, or leave it empty.',
  return_country: 'Write the two-letter country code, such as RU, or leave it empty.',
  returned_on: 'Write 2026-03-21 or 21.03.2026, or leave it empty.',
};

/** What is wrong with a column, and what to do. */
export const complaintOf = (column: IntakeColumn, problem: string): RowComplaint => ({
  field: column,
  problem,
  remedy: remedies[column],
});

/** What a staged row says, or everything that is wrong with it. */
export function readRow(staged: StagedRow, reading: RowReading): PersonRow | RefusedRow {
  const row = staged.row ?? reading.place ?? 1;
  if ('unreadable' in staged) return { row, externalId: staged.externalId, complaints: [staged.unreadable] };
  const { cells } = staged;
  const complaints: RowComplaint[] = [];
  const complain = (column: IntakeColumn, problem: string): void => {
    if (!complaints.some(({ field }) => field === column)) complaints.push(complaintOf(column, problem));
  };

  const candidate = candidateOf(cells, reading, complain);
  const result = NewBeneficiarySchema.safeParse(candidate);
  for (const issue of result.error?.issues ?? [])
    complain(columnOf.get(issue.path[0] ?? '') ?? 'external_id', describeIssue(issue));
  const { birthDate } = result.data ?? {};
  const birthDateWrong = birthDate === undefined ? null : birthDateComplaint(birthDate, reading.today);
  if (birthDateWrong !== null) complain('birth_date', birthDateWrong);
  const districtId = result.data?.districtId;
  if (districtId !== undefined && reading.districts?.has(districtId) === false)
    complain('district_id', 'is no district or town of the directory');
  const returnWrong = returnComplaint(result.data?.returnedOn, { birthDate, today: reading.today });
  if (returnWrong !== null) complain('returned_on', returnWrong);

  const externalId = result.data?.external?.externalId ?? externalIdOf(candidate);
  if (!result.success || complaints.length > 0 || externalId === null)
    return { row, externalId, complaints: complaints.sort(byColumn) };
  const details = detailsOf(result.data);
  return { row, externalId, details, named: namedBy(cells, details), digest: digestOf(cells) };
}

/** What the contract is asked about; a cell that cannot be read is complained of here and left out. */
function candidateOf(
  cells: Cells,
  { sourceSystem, phoneRegion }: RowReading,
  complain: (column: IntakeColumn, problem: string) => void,
): Record<string, unknown> {
  const candidate: Record<string, unknown> = {};
  const read = (column: IntakeColumn, text: string | string[]): unknown => {
    if (typeof text !== 'string') return text;
    switch (column) {
      case 'external_id':
        return { sourceSystem, externalId: text };
      case 'birth_date':
        return readBirthDate(text) ?? complain(column, 'has none of the forms of a date');
      case 'returned_on':
        return readDay(text) ?? complain(column, 'has none of the forms of a date');
      case 'phone':
        return readPhone(text, phoneRegion) ?? complain(column, 'is not a telephone number');
      case 'access_requirements':
        return readList(text);
      case 'sex':
        return text.toLowerCase();
      case 'return_country':
        return text.toUpperCase();
      default:
        return text;
    }
  };
  for (const column of intakeColumns) {
    const cell = cells[column];
    if (cell === undefined || cell === null) continue;
    const complaint = complaintAboutCell(cell);
    if (complaint !== null) complain(column, complaint);
    else candidate[fieldOf[column]] = read(column, typeof cell === 'string' ? composed(cell) : cell.map(composed));
  }
  for (const column of requiredColumns) if (candidate[fieldOf[column]] === undefined) complain(column, 'is required');
  return candidate;
}

const byColumn = (a: RowComplaint, b: RowComplaint): number => placeOf(a) - placeOf(b);
const placeOf = ({ field }: RowComplaint): number => (intakeColumns as readonly string[]).indexOf(field);

const externalIdOf = (candidate: Record<string, unknown>): string | null => {
  const external = NewBeneficiarySchema.shape.external.safeParse(candidate['external']);
  return external.data?.externalId ?? null;
};

const complaintAboutCell = (cell: string | string[]): string | null =>
  complaintAboutText(typeof cell === 'string' ? cell : cell.join('|'));

/** The columns that say a detail, and which. */
const detailColumns = intakeColumns.flatMap((column) =>
  column === 'external_id' ? [] : [{ column, detail: fieldOf[column] }],
);

/** Of the details, those that the row names: a null in it names the absence. */
function namedBy(cells: Cells, details: PersonDetails): Partial<PersonDetails> {
  const named: Record<string, unknown> = {};
  for (const { column, detail } of detailColumns) if (cells[column] !== undefined) named[detail] = details[detail];
  return named;
}

function digestOf(cells: Cells): Buffer {
  const said = intakeColumns.map((column) => (cells[column] === undefined ? 0 : cells[column]));
  return Buffer.from(hash('sha256', JSON.stringify(said), 'hex'), 'hex');
}
