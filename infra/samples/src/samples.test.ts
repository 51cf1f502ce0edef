import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  FacilityKind,
  intakeColumns,
  Language,
  NewBeneficiary,
  NewOrganisation,
  ServiceCode,
  servicesOfNeed,
} from '@rohnamo/contracts';
import { describe, expect, test } from 'vitest';
import { readAdminUnits } from './admin-units.ts';
import { readSample, samplesFolder } from './csv.ts';
import { generatedFiles } from './generated-files.ts';
import { readPlaces } from './places.ts';
import { returneeColumns } from './returnees.ts';

const units = readAdminUnits();
const districtIds = new Set(units.filter(({ kind }) => kind !== 'region').map(({ id }) => id));

describe('places', () => {
  test('there are 5 regions and 76 districts and towns, and no two of one kind share a name within a region', () => {
    expect(units.filter(({ kind }) => kind === 'region')).toHaveLength(5);
    expect(districtIds.size).toBe(76);
    const names = units.map(({ parentId, kind, nameTg }) => [parentId, kind, nameTg].join());
    expect(new Set(names).size).toBe(names.length);
  });

  test('what was renamed in 2018 has its new name and keeps the old one', () => {
    const named = (name: string) => units.filter(({ nameEn }) => nameEn === name).map((unit) => unit.formerNames);
    expect(named('Bokhtar')).toEqual([['Қӯрғонтеппа', 'Qurghonteppa', 'Курган-Тюбе']]);
    expect(named('Kushoniyon')).toEqual([['Бохтар', 'Bokhtar']]);
    expect(named('Levakant')).toEqual([
      ['Сарбанд', 'Sarband', 'Калининабад'],
      ['Сарбанд', 'Sarband', 'Калининабад'],
    ]);
    expect(named('Qurghonteppa')).toEqual([]);
    expect(readPlaces().find(({ name }) => name === 'Bokhtar')?.formerName).toBe('Qŭrghonteppa');
  });

  test('every one has a Russian name in Cyrillic, and its other Russian names beside it', () => {
    for (const { nameRu, formerNames } of units) expect([nameRu, ...formerNames].join()).toMatch(/^[А-ЯЁ][а-яё]/);
    const inRussian = (name: string) =>
      units.filter(({ nameRu, formerNames }) => [nameRu, ...formerNames].includes(name)).map(({ nameTg }) => nameTg);
    expect(inRussian('Гиссар')).toEqual(['Ҳисор']);
    expect(inRussian('Пенджикент')).toEqual(['Панҷакент', 'Панҷакент']);
    expect(inRussian('Нурек')).toEqual(['Норак']);
    expect(inRussian('Курган-Тюбе')).toEqual(['Бохтар']);
    expect(inRussian('Ура-Тюбе')).toEqual(['Истаравшан', 'Истаравшан']);
    expect(inRussian('Регар')).toEqual(['Турсунзода', 'Турсунзода']);
  });

  test('only a district and a town of one name may share a point, and every correction is of a unit there is', () => {
    const points = new Map<string, string>();
    for (const { kind, nameTg, latitude, longitude } of units) {
      if (kind === 'region') continue;
      const point = `${latitude},${longitude}`;
      expect(points.get(point) ?? nameTg).toBe(nameTg);
      points.set(point, nameTg);
    }
    for (const { id } of readSample('russian-names.csv')) expect(units.map((unit) => unit.id)).toContain(id);
    for (const { id } of readSample('admin-unit-corrections.csv')) expect(districtIds).toContain(id);
  });
});

describe('returnees', () => {
  const rows = readSample('returnees.csv');

  test('the generator makes the committed files, byte for byte', () => {
    for (const [name, text] of Object.entries(generatedFiles())) {
      expect(readFileSync(join(samplesFolder, name), 'utf8')).toBe(text);
    }
  });

  test('there are 500, in the columns of the registry, each with an id of its own that says it is a sample', () => {
    expect(rows).toHaveLength(500);
    expect(returneeColumns).toEqual(intakeColumns);
    expect(new Set(rows.map((row) => row['external_id'])).size).toBe(500);
    for (const row of rows) expect(row['external_id']).toMatch(/^sample-\d{4}$/);
  });

  test('every row is one that the registry takes', () => {
    for (const row of rows) {
      const known = (column: string) => row[column] || undefined;
      const person = NewBeneficiary.safeParse({
        givenName: known('given_name'),
        familyName: known('family_name'),
        fatherName: known('father_name'),
        sex: known('sex'),
        birthDate: known('birth_date'),
        phone: known('phone'),
        language: known('language'),
        accessRequirements: known('access_requirements')?.split(';') ?? [],
        districtId: known('district_id'),
        village: known('village'),
        returnCountry: known('return_country'),
        returnedOn: known('returned_on'),
      });
      expect(person.error).toBeUndefined();
      expect(districtIds).toContain(row['district_id']);
    }
  });

  test('the made-up numbers are of one block, and valid, since no other is taken', () => {
    for (const row of rows) expect(row['phone']).toMatch(/^(\+992000000\d{3})?$/);
  });

  test('names come in Tajik, in Russian and in Latin', () => {
    const names = rows.map((row) => `${row['given_name']} ${row['family_name']}`);
    expect(names.filter((name) => /[ғӣқӯҳҷ]/i.test(name)).length).toBeGreaterThan(50);
    expect(names.filter((name) => /^[а-яё ]+$/i.test(name)).length).toBeGreaterThan(50);
    expect(names.filter((name) => /^[a-z ]+$/i.test(name)).length).toBeGreaterThan(50);
  });

  test('12 rows are persons of other rows, spelled differently', () => {
    const byId = new Map(rows.map((row) => [row['external_id'], row]));
    const pairs = readSample('returnees-twice.csv');
    expect(pairs).toHaveLength(12);
    for (const pair of pairs) {
      const [one, other] = [byId.get(pair['external_id']), byId.get(pair['same_person_as'])];
      expect(one?.['district_id']).toBe(other?.['district_id']);
      const nameOf = (row: typeof one) => `${row?.['given_name']} ${row?.['family_name']} ${row?.['father_name']}`;
      expect(nameOf(one)).not.toBe(nameOf(other));
    }
  });
});

describe('facilities and organisations', () => {
  const organisations = readSample('organisations.csv');
  const services = readSample('services.csv');
  const facilities = readSample('facilities.csv');

  test('every one of them says that it is made up', () => {
    for (const row of [...organisations, ...facilities]) expect(row['note']).toBe('sample: made up');
    for (const row of facilities) {
      for (const name of [row['name_tg'], row['name_ru'], row['name_en']])
        expect(name).toMatch(/^$|\((намуна|образец|sample)\)$/);
    }
  });

  test('every service answers some need, and every need is answered by services that there are', () => {
    const answering = new Set<string>(Object.values(servicesOfNeed).flatMap(({ first, also }) => [...first, ...also]));
    expect(answering).toEqual(new Set(services.map(({ service }) => service)));
  });

  test('codes are unique, and kinds, services and languages are those of the contracts', () => {
    for (const { kind, name } of organisations) expect(NewOrganisation.safeParse({ kind, name }).error).toBeUndefined();
    for (const { service } of services) expect(ServiceCode.safeParse(service).error).toBeUndefined();
    expect(new Set(facilities.map(({ code }) => code)).size).toBe(facilities.length);
    for (const { kind, languages = '', services: offered = '', organisation } of facilities) {
      expect(FacilityKind.safeParse(kind).error).toBeUndefined();
      for (const language of languages.split(';')) expect(Language.safeParse(language).error).toBeUndefined();
      for (const service of offered.split(';')) expect(services.map((row) => row['service'])).toContain(service);
      expect(organisations.map(({ code }) => code)).toContain(organisation);
    }
  });

  test('each stands at a real place, in a district there is', () => {
    const places = new Map(readPlaces().map((place) => [place.geonamesId, place]));
    for (const row of facilities) {
      const place = places.get(row['place_geonames_id'] ?? '');
      expect([row['latitude'], row['longitude']]).toEqual([String(place?.latitude), String(place?.longitude)]);
      expect(districtIds).toContain(row['district_id']);
    }
  });
});
