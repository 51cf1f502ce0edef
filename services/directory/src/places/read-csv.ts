import { line, Location, MultilingualName, PlaceId, PlaceLevel } from '@rohnamo/contracts';
import { findingsOf } from '@rohnamo/service-kit';
import { CsvError, parse } from 'csv-parse/sync';
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
    .map((name) => name.trim())
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
 * Reads places from CSV with the columns id, level, parent_id, name_tg, name_en, latitude, longitude, and if there are any
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
  const name = MultilingualName.safeParse(definedOf({ tg, ru, en }));
  if (!name.success) return 'a name of 1 to 200 characters must be given in name_tg, name_ru or name_en';
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

/** The lines that fit the schema, each with where it stands; what is wrong with the others goes to `findings`. */
function linesOf<Schema extends z.ZodType>(
  text: string,
  { file, schema, findings }: { file: string; schema: Schema; findings: string[] },
): { at: string; value: z.infer<Schema> }[] {
  return recordsOf(text, file, findings).flatMap(({ record, info }) => {
    const at = `${file}, line ${info.lines}`;
    const result = schema.safeParse(record);
    if (result.success) return [{ at, value: result.data }];
    const wrong = findingsOf(result.error.issues, record);
    findings.push(...wrong.map(({ name, detail }) => `${at}: ${name} ${detail}`));
    return [];
  });
}

interface CsvRecord {
  record: Record<string, string>;
  info: { lines: number };
}

function recordsOf(text: string, file: string, findings: string[]): CsvRecord[] {
  try {
    // With `info`, each record comes beside its line, which the types of csv-parse do not say.
    return parse(text, {
      columns: true,
      bom: true,
      trim: true,
      skip_empty_lines: true,
      info: true,
    }) as unknown as CsvRecord[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    findings.push(`${file}: it is not well-formed CSV: ${error.message}`);
    return [];
  }
}
