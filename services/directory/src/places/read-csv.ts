import {
  complaintAboutText,
  composed,
  GivenMultilingualName,
  line,
  Location,
  PlaceId,
  PlaceLevel,
  trimmed,
} from '@rohnamo/contracts';
import { csvReader, type CsvFault, type CsvRow, findingsOf, UnreadableCsv } from '@rohnamo/service-kit';
import { z } from 'zod';
import type { GivenPlace } from './decide.ts';

/** The files cannot be imported. Every row that is wrong is named, with what to do; nothing has been written. */
export class UnusableFile extends Error {
  readonly findings: readonly string[];

  constructor(findings: readonly string[]) {
    super(`The file cannot be imported:\n${findings.map((finding) => `  ${finding}`).join('\n')}`);
    this.name = 'UnusableFile';
    this.findings = findings;
  }
}

const formerNamesOf = (cell: string): string[] =>
  cell
    .split('|')
    .map(trimmed)
    .filter((name) => name !== '');

const optionalText = z
  .string()
  .optional()
  .transform((cell) => (cell === '' ? undefined : cell));
const optionalNumber = z
  .string()
  .regex(/^(-?\d+(\.\d+)?)?$/, 'must be a number in degrees, or nothing')
  .transform((cell) => (cell === '' ? null : Number(cell)));

const PlaceLine = z.object({
  id: PlaceId,
  level: z.string().regex(/^\d$/, 'must be a number from 1 to 4').transform(Number).pipe(PlaceLevel),
  parent_id: z
    .string()
    .transform((cell) => (cell === '' ? null : cell))
    .pipe(PlaceId.nullable()),
  name_tg: optionalText,
  name_ru: optionalText,
  name_en: optionalText,
  former_names: z
    .string()
    .transform(formerNamesOf)
    .pipe(z.array(line(200)))
    .optional(),
  latitude: optionalNumber,
  longitude: optionalNumber,
});
const FormerNameLine = z.object({ id: PlaceId, former_name: line(200) });

/**
 * Reads places from CSV (RFC 4180, strictly) with the columns id, level, parent_id, name_tg, name_en, latitude, longitude, and if there are any
 * name_ru and former_names (several separated by `|`); others are passed over. `formerNamesCsv`: id, former_name, a line each.
 * @throws UnusableFile
 */
export function readPlaces(placesCsv: string, formerNamesCsv?: string): GivenPlace[] {
  const findings: string[] = [];
  const formerNames = new Map<string, string[]>();
  for (const { value } of linesOf(formerNamesCsv ?? '', { file: 'former names', schema: FormerNameLine, findings }))
    formerNames.set(value.id, [...(formerNames.get(value.id) ?? []), value.former_name]);

  const places = new Map<string, GivenPlace>();
  for (const { at, value } of linesOf(placesCsv, { file: 'places', schema: PlaceLine, findings })) {
    const place = placeOf(value, formerNames.get(value.id) ?? (formerNamesCsv === undefined ? null : []));
    if (typeof place === 'string') findings.push(`${at}: ${place}`);
    else if (places.has(place.id)) findings.push(`${at}: id occurs twice; leave one`);
    else places.set(place.id, place);
  }
  for (const id of formerNames.keys())
    if (!places.has(id)) findings.push(`former names: ${id} is not among the places; mend the id`);
  if (findings.length === 0 && places.size === 0) findings.push('places: there is no line; give at least one place');
  if (findings.length > 0) throw new UnusableFile(findings);
  return [...places.values()];
}

/** The place of a line, or what is wrong with it. */
function placeOf(given: z.infer<typeof PlaceLine>, formerNames: string[] | null): GivenPlace | string {
  const { name_tg: tg, name_ru: ru, name_en: en, latitude, longitude } = given;
  const name = GivenMultilingualName.safeParse(definedOf({ tg, ru, en }));
  if (!name.success)
    return 'a name of 1 to 200 characters, one of them a letter, must be given in name_tg, name_ru or name_en';
  if ((latitude === null) !== (longitude === null)) return 'latitude and longitude must both be given, or neither';
  const location = latitude === null ? null : Location.safeParse({ latitude, longitude });
  if (location?.success === false) return 'latitude must lie within 90 degrees and longitude within 180';
  const former = given.former_names === undefined ? formerNames : [...given.former_names, ...(formerNames ?? [])];
  return {
    id: given.id,
    level: given.level,
    parentId: given.parent_id,
    name: name.data,
    formerNames: former && [...new Set(former)],
    location: location?.data ?? null,
  };
}

const definedOf = (names: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(names).flatMap(([language, name]) => (name === undefined ? [] : [[language, name]])),
  );

/** The rows that fit the schema, each with where it stands; what is wrong with the others goes to `findings`. */
function linesOf<Schema extends z.ZodObject>(
  text: string,
  { file, schema, findings }: { file: string; schema: Schema; findings: string[] },
): { at: string; value: z.infer<Schema> }[] {
  const [header, ...rows] = rowsOf(text, file, findings);
  if (header === undefined) return [];
  if ('fault' in header) {
    findings.push(`${file}, row ${header.row}: ${remedies[header.fault]}`);
    return [];
  }
  const columns = header.cells.map(trimmed);
  const repeated = columns.filter((name, index) => name in schema.shape && columns.indexOf(name) !== index);
  if (repeated.length > 0) findings.push(`${file}: ${repeated.join(', ')} occurs twice in the first row; leave one`);

  return rows.flatMap((row) => {
    const at = `${file}, row ${row.row}`;
    if ('fault' in row) {
      findings.push(`${at}: ${remedies[row.fault]}`);
      return [];
    }
    if (row.cells.length !== columns.length) {
      findings.push(`${at}: it has ${row.cells.length} cells where the header has ${columns.length}`);
      return [];
    }
    const unseen = row.cells.map((cell) => complaintAboutText(cell));
    if (unseen.some((complaint) => complaint !== null)) {
      findings.push(...unseen.flatMap((wrong, index) => (wrong === null ? [] : [`${at}: ${columns[index]} ${wrong}`])));
      return [];
    }
    const record = Object.fromEntries(columns.map((name, index) => [name, composed(trimmed(row.cells[index] ?? ''))]));
    const result = schema.safeParse(record);
    if (result.success) return [{ at, value: result.data }];
    const wrong = findingsOf(result.error.issues, record);
    findings.push(...wrong.map(({ name, detail }) => `${at}: ${name} ${detail}`));
    return [];
  });
}

const limits = { rowCharactersMax: 64 * 1024, cellCharactersMax: 4000, cellsMax: 200 };

function rowsOf(text: string, file: string, findings: string[]): CsvRow[] {
  const reader = csvReader(limits);
  try {
    return [...reader.read(text), ...reader.end()];
  } catch (error) {
    if (!(error instanceof UnreadableCsv)) throw error;
    const { row, reason } = error;
    findings.push(
      reason === 'row-too-long'
        ? `${file}, row ${row}: it is longer than ${limits.rowCharactersMax} characters`
        : `${file}, row ${row}: it is not well-formed CSV; a double quote is opened and not closed, or stands inside of a cell`,
    );
    return [];
  }
}

const remedies: Record<CsvFault, string> = {
  quote: 'it is not well-formed CSV; put a cell that holds a double quote in double quotes, and write that one twice',
  'line-break': 'it has a line break of another kind than the first row; end all rows in the same way',
  'cell-too-long': `it has a cell of more than ${limits.cellCharactersMax} characters`,
  'too-many-cells': `it has more than ${limits.cellsMax} cells`,
};

/**
 * The text of a file, without its byte order mark.
 * @throws UnusableFile when it is not UTF-8: in another encoding, names would be garbled for good.
 */
export function textOf(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UnusableFile([`${file}: it is not UTF-8; save it as UTF-8 (in Excel: "CSV UTF-8") and import it again`]);
  }
}
