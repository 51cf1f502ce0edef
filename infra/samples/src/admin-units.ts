import { writeFileSync } from 'node:fs';
import { field, formatCsv, readSample } from './csv.ts';

/** A region (level 1), or a district or town (level 2), of Tajikistan. The ids are Open Admin Data's, not p-codes. */
export interface AdminUnit {
  id: string;
  kind: 'region' | 'district' | 'town';
  /** The region of a district or town. */
  parentId: string | undefined;
  nameTg: string;
  nameEn: string;
  /** As Russian-language maps and people have it. */
  nameRu: string;
  /** What it was called before, or is beside; people still use it. */
  formerNames: readonly string[];
  latitude: number;
  longitude: number;
}

/** The administrative units as the source has them, with the corrections of `admin-unit-corrections.csv` and `former-names.csv`, and the names of `russian-names.csv`. */
export function readAdminUnits(): AdminUnit[] {
  const corrections = new Map(readSample('admin-unit-corrections.csv').map((row) => [field(row, 'id'), row]));
  const renamed = new Map(
    readSample('former-names.csv')
      .filter((row) => row['source'] === 'admin-unit')
      .map((row) => [field(row, 'id'), row]),
  );
  const russian = new Map(readSample('russian-names.csv').map((row) => [field(row, 'id'), row]));
  return readSample('tajikistan-admin-units.csv').map((row) => {
    const id = field(row, 'id');
    const inRussian = russian.get(id) ?? {};
    const [correction = {}, rename] = [corrections.get(id), renamed.get(id)];
    const corrected = (column: string) => correction[column] || field(row, column);
    return {
      id,
      kind: row['level'] === '1' ? 'region' : correction['kind'] === 'town' ? 'town' : 'district',
      parentId: row['parent_id'] || undefined,
      nameTg: rename?.['name_tg'] ?? corrected('name_tg'),
      nameEn: rename?.['name_en'] ?? corrected('name_en'),
      nameRu: field(inRussian, 'name_ru'),
      formerNames: [
        ...(rename ? [field(rename, 'former_name_tg'), field(rename, 'former_name_en')] : []),
        ...(inRussian['also'] ?? '').split('|').filter((name) => name !== ''),
      ],
      latitude: Number(corrected('latitude')),
      longitude: Number(corrected('longitude')),
    };
  });
}

/** The administrative units as the directory's `places import` reads them. */
export function writePlaces(file: string): void {
  const columns = [
    'id',
    'level',
    'parent_id',
    'name_tg',
    'name_ru',
    'name_en',
    'former_names',
    'latitude',
    'longitude',
  ];
  const rows = readAdminUnits().map((unit) => ({
    id: unit.id,
    level: unit.kind === 'region' ? '1' : '2',
    parent_id: unit.parentId ?? '',
    name_tg: unit.nameTg,
    name_ru: unit.nameRu,
    name_en: unit.nameEn,
    former_names: unit.formerNames.join('|'),
    latitude: String(unit.latitude),
    longitude: String(unit.longitude),
  }));
  writeFileSync(file, formatCsv(columns, rows));
}
