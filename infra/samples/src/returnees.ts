import { readAdminUnits } from './admin-units.ts';
import type { CsvRow } from './csv.ts';
import { familyNameOf, familyNames, familyNamesOfAll, fatherNameOf, menNames, scripts, womenNames } from './names.ts';
import type { Script, Spelled } from './names.ts';
import { districtFinder, readPlaces } from './places.ts';
import type { Place } from './places.ts';
import type { Random } from './random.ts';

const ROW_COUNT = 500;
const TWICE_COUNT = 12;
const ADULT_BORN_FIRST = 1961;
const ADULT_BORN_LAST = 2007;
const CHILD_BORN_LAST = 2022;

/** The columns of an intake row, as the registry takes it. */
export const returneeColumns = [
  'external_id',
  'given_name',
  'family_name',
  'father_name',
  'sex',
  'birth_date',
  'phone',
  'language',
  'access_requirements',
  'district_id',
  'village',
  'return_country',
  'returned_on',
] as const;

/** Which rows are one person spelled in two ways, and how they differ. */
export const twiceColumns = ['external_id', 'same_person_as', 'differs_in'] as const;

interface Person {
  sex: 'male' | 'female';
  givenName: Spelled;
  familyName: Spelled;
  fatherName: Spelled;
  birthDate: string;
  /** By number, so that the person who comes twice has the same. */
  phone: string;
  language: string;
  accessRequirement: string;
  place: Place;
  districtId: string;
  returnCountry: string;
  returnedOn: string;
}

/** 500 made-up returnees, 12 of them other rows' persons spelled differently; the same for the same seed. */
export function makeReturnees(random: Random): { rows: CsvRow[]; twice: CsvRow[] } {
  const places = readPlaces();
  const districtOf = districtFinder(readAdminUnits());
  const persons = Array.from({ length: ROW_COUNT - TWICE_COUNT }, (_, index) => {
    const place = choosePlace(random, places);
    return makePerson(random, { number: index + 1, place, districtId: districtOf(place).id });
  });
  const rows = persons.map((person, index) => rowOf(person, { id: index + 1, script: chooseScript(random) }));
  const twice: CsvRow[] = [];
  for (let count = 0; count < TWICE_COUNT; count++) {
    const first = 20 + count * 39 + random.below(10); // spread over the file, never the same twice
    const { row, differsIn } = spellDifferently(random, { persons, rows, first, id: rows.length + 1 });
    twice.push({
      external_id: row['external_id'] ?? '',
      same_person_as: externalId(first + 1),
      differs_in: differsIn,
    });
    rows.push(row);
  }
  return { rows, twice };
}

interface Roots {
  number: number;
  place: Place;
  districtId: string;
}

function makePerson(random: Random, { number, place, districtId }: Roots): Person {
  const sex = random.percent(68) ? 'male' : 'female';
  return {
    sex,
    givenName: random.pick(sex === 'male' ? menNames : womenNames),
    familyName: random.pick(random.percent(85) ? familyNames : familyNamesOfAll),
    fatherName: random.pick(menNames),
    birthDate: chooseBirthDate(random),
    phone: random.percent(80) ? phoneNumber(number) : '',
    language: chooseLanguage(random, place),
    accessRequirement: random.percent(6)
      ? random.pick(['wheelchair', 'ground-floor', 'hearing', 'sight', 'companion', 'transport'])
      : '',
    place,
    districtId,
    returnCountry: random.weighted([
      ['RU', 82],
      ['KZ', 9],
      ['TR', 3],
      ['UZ', 2],
      ['AE', 2],
      ['DE', 1],
      ['PL', 1],
    ]),
    returnedOn: `2026-${twoDigits(6 + random.below(5))}-${twoDigits(1 + random.below(28))}`,
  };
}

/** Khatlon sends most; a place is the likelier the more people live there, but the small ones come too. */
function choosePlace(random: Random, places: readonly Place[]): Place {
  const region = random.weighted([
    ['TJ-KT', 40],
    ['TJ-RA', 25],
    ['TJ-SU', 22],
    ['TJ-DU', 8],
    ['TJ-GB', 5],
  ]);
  const ofRegion = places.filter((place) => place.region === region);
  return random.weighted(ofRegion.map((place) => [place, 2000 + Math.min(place.population, 30_000)] as const));
}

function chooseBirthDate(random: Random): string {
  const isChild = random.percent(5);
  const [first, last] = isChild ? [ADULT_BORN_LAST + 3, CHILD_BORN_LAST] : [ADULT_BORN_FIRST, ADULT_BORN_LAST];
  const year = first + random.below(last - first + 1);
  if (random.percent(8)) return String(year);
  return `${year}-${twoDigits(1 + random.below(12))}-${twoDigits(1 + random.below(28))}`;
}

function chooseLanguage(random: Random, place: Place): string {
  const local = place.region === 'TJ-GB' ? random.pick(['sgh', 'wbl', 'tg']) : random.pick(['uz', 'ru', 'ky']);
  return random.percent(88) ? 'tg' : local;
}

const chooseScript = (random: Random): Script =>
  random.weighted([
    ['tg', 45],
    ['ru', 33],
    ['en', 22],
  ]);

/** The same person in another script, with one more thing that differs as it does in real lists. */
function spellDifferently(
  random: Random,
  { persons, rows, first, id }: { persons: readonly Person[]; rows: readonly CsvRow[]; first: number; id: number },
): { row: CsvRow; differsIn: string } {
  const [person, before] = [persons[first], rows[first]];
  if (!person || !before) throw new Error(`there is no row ${first}`);
  const others = scripts.filter((script) => rowOf(person, { id, script })['given_name'] !== before['given_name']);
  const script = others.length > 0 ? random.pick(others) : 'en';
  const row = rowOf(person, { id, script });
  const [year = '', month, day] = person.birthDate.split('-');
  if (month === undefined || day === undefined) return { row: { ...row, phone: '' }, differsIn: 'script; phone' };
  if (random.percent(40)) return { row: { ...row, birth_date: year }, differsIn: 'script; birth date is year only' };
  if (Number(day) <= 12 && day !== month) {
    return { row: { ...row, birth_date: `${year}-${day}-${month}` }, differsIn: 'script; day and month swapped' };
  }
  return { row: { ...row, father_name: '' }, differsIn: "script; no father's name" };
}

function rowOf(person: Person, { id, script }: { id: number; script: Script }): CsvRow {
  const { sex, place } = person;
  return {
    external_id: externalId(id),
    given_name: person.givenName[script],
    family_name: familyNameOf(person.familyName, sex, script),
    father_name: fatherNameOf(person.fatherName, sex, script),
    sex,
    birth_date: person.birthDate,
    phone: person.phone,
    language: person.language,
    access_requirements: person.accessRequirement,
    district_id: person.districtId,
    village: place.name,
    return_country: person.returnCountry,
    returned_on: person.returnedOn,
  };
}

/** Says in every row that it is made up. */
const externalId = (number: number): string => `sample-${String(number).padStart(4, '0')}`;

/** Valid by the numbering plan, since no other is taken, and of its first thousand: Tajikistan sets none aside for samples. Nothing calls them. */
const phoneNumber = (number: number): string => `+992000${String(number).padStart(6, '0')}`;

const twoDigits = (number: number): string => String(number).padStart(2, '0');
