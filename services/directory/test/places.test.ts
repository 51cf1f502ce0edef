import { Place } from '@rohnamo/contracts';
import { aFacility } from '@rohnamo/testkit';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { placesCommand } from '../src/places/command.ts';
import { type RunningDirectory, runningDirectory } from './running-directory.ts';

let directory: RunningDirectory;
let folder: string;
beforeEach(async () => {
  directory = await runningDirectory();
});
afterEach(() => directory.stop());
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'places-'));
});
afterAll(() => rm(folder, { recursive: true }));

const csv = `id,level,parent_id,name_tg,name_en,latitude,longitude
TJK005D007,2,TJK005,Шуғнон,Shugnan,37.581,71.914
TJK005,1,,Мухтори Кӯҳистони Бадахшон,Gorno-Badakhshan,38.064,72.849
TJK003,1,,Хатлон,Khatlon,37.659,69.251
TJK003D025,2,TJK003,Бохтар,Bokhtar,37.76,68.734
TJK003D026,2,TJK003,Левакант,Levakant,37.88,69.032
TJK004,1,,Ноҳияҳои тобеи ҷумҳурӣ,Districts of Republican Subordination,38.789,69.884
TJK004D001,2,TJK004,Ваҳдат,Vahdat,38.841,69.364
TJK004D009,2,TJK004,Ваҳдат,Vahdat,38.841,69.364
`;
const formerNames = `id,former_name
TJK003D025,Қӯрғонтеппа
TJK003D025,Курган-Тюбе
TJK003D026,Сарбанд
`;

async function importFiles(places: string, former?: string): Promise<number> {
  const [placesFile, formerFile] = [join(folder, 'places.csv'), join(folder, 'former-names.csv')];
  await writeFile(placesFile, places);
  if (former !== undefined) await writeFile(formerFile, former);
  const args = ['import', placesFile, ...(former === undefined ? [] : [formerFile])];
  return run(args);
}
let said: string[] = [];
async function run(
  args: string[],
  env: Record<string, string> = { DATABASE_URL: directory.databaseUrl },
): Promise<number> {
  said = [];
  const say = (text: string) => void said.push(text.trimEnd());
  return placesCommand(args, { env, out: say, say });
}
const places = async (query = '') => {
  const answer = await directory.ask<{ items: Place[]; next: string | null }>({ path: `/v1/places${query}` });
  expect(answer.status).toBe(200);
  return answer.body;
};
const found = async (query: string) => (await places(query)).items.map(({ id }) => id);
const entryCount = async () => Number((await directory.pool.query('select count(*) from entry')).rows[0]?.count);

describe('places import', () => {
  it('records every place as a subject with an event of its own', async () => {
    expect(await importFiles(csv, formerNames)).toBe(0);
    const { rows } = await directory.pool.query<{ data: unknown; type: string; version: string }>(
      "select type, version, data from entry where data->>'id' = 'TJK003D025'",
    );
    expect(rows).toMatchObject([{ type: 'place.recorded.v1', version: '1' }]);
    expect(Place.parse(rows[0]?.data)).toEqual({
      id: 'TJK003D025',
      version: 1,
      level: 2,
      parentId: 'TJK003',
      name: { tg: 'Бохтар', en: 'Bokhtar' },
      formerNames: ['Қӯрғонтеппа', 'Курган-Тюбе'],
      location: { latitude: 37.76, longitude: 68.734 },
    });
    expect(await entryCount()).toBe(8);
  });

  it('changes nothing when it is repeated, and only what differs when the file has changed', async () => {
    await importFiles(csv, formerNames);
    expect(await importFiles(csv, formerNames)).toBe(0);
    expect(await importFiles(csv)).toBe(0);
    expect(said).toEqual(['places: 0 made, 0 changed, 8 as they were']);
    expect(await entryCount()).toBe(8);
    await importFiles(csv.replace('Vahdat', 'Vahdat town'));
    expect(await entryCount()).toBe(9);
    expect((await places('?name=town')).items).toMatchObject([{ id: 'TJK004D001', version: 2 }]);
    expect((await places('?name=Sarband')).items).toMatchObject([{ id: 'TJK003D026', version: 1 }]);
  });

  it('takes districts in a file of their own, once their regions are known', async () => {
    const [header, ...lines] = csv.trim().split('\n');
    const ofLevel = (level: number) =>
      [header, ...lines.filter((line) => line.split(',')[1] === `${level}`)].join('\n');
    expect(await importFiles(ofLevel(2))).toBe(1);
    expect(await entryCount()).toBe(0);
    expect(await importFiles(ofLevel(1))).toBe(0);
    expect(await importFiles(ofLevel(2))).toBe(0);
    expect(await entryCount()).toBe(8);
  });

  it('writes nothing of a file with something wrong in it, and says what', async () => {
    expect(await importFiles(`${csv}TJK009,7,,Нодуруст,Wrong,,\n`)).toBe(1);
    expect(said.join()).toContain('row 10: level must be at most 4');
    expect(await importFiles(`${csv}TJK009,1,,the "Sughd",Sughd,,\n`)).toBe(1);
    expect(said.join()).toContain('row 10: it is not well-formed CSV');
    expect(await importFiles(csv.replace('TJK005,1,,', 'TJK005,1,TJK005D007,'))).toBe(1);
    expect(said.join()).toContain('TJK005: its parent TJK005D007 does not lie above it');
    expect(await entryCount()).toBe(0);
  });

  it('writes nothing of a file in another encoding, and says so', async () => {
    const file = join(folder, 'windows-1251.csv');
    await writeFile(file, Buffer.from(`${csv}TJK009,1,,\xca\xf3\xeb\xee\xe1,Kulob,,\n`, 'latin1'));
    expect(await run(['import', file])).toBe(1);
    expect(said.join()).toContain('places: it is not UTF-8');
    expect(await entryCount()).toBe(0);
  });

  it('says what is missing: the file, the configuration, the words of the command', async () => {
    expect(await run(['import', join(folder, 'nowhere.csv')])).toBe(1);
    expect(said.join()).toContain('There is no file');
    expect(await run(['import', 'any.csv'], {})).toBe(1);
    expect(said.join()).toContain('DATABASE_URL is missing');
    for (const args of [[], ['import'], ['export', 'any.csv'], ['import', 'a', 'b', 'c']])
      expect(await run(args)).toBe(2);
    expect(said.join()).toContain('Usage:');
  });
});

describe('GET /v1/places', () => {
  beforeEach(() => importFiles(csv, formerNames));

  it('gives places to anybody, by level, by parent, by name and by all of them', async () => {
    expect(await found('?level=1')).toEqual(['TJK003', 'TJK004', 'TJK005']);
    expect(await found('?parent=TJK003')).toEqual(['TJK003D025', 'TJK003D026']);
    expect(await found('?parent=TJK003&level=2&name=lev')).toEqual(['TJK003D026']);
    expect(await found('?level=3')).toEqual([]);
  });

  it.each(['Шуғнон', 'Shughnon', 'Shugnan', 'Шугнан', 'shug'])('finds %s', async (name) => {
    expect(await found(`?name=${encodeURIComponent(name)}`)).toEqual(['TJK005D007']);
  });

  it.each(['Qurghonteppa', 'Қӯрғонтеппа', 'Курган-Тюбе', 'Кургантюбе', 'Бохтар'])(
    'finds Bokhtar by %s',
    async (name) => {
      expect(await found(`?name=${encodeURIComponent(name)}`)).toEqual(['TJK003D025']);
    },
  );

  it('gives both of two places that have one name', async () => {
    expect(await found('?name=Vahdat')).toEqual(['TJK004D001', 'TJK004D009']);
  });

  it('pages in the order of the codes', async () => {
    const first = await places('?limit=5');
    const second = await places(`?limit=5&cursor=${first.next}`);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(csv.match(/^TJK\w+/gm)?.sort());
    expect(second.next).toBeNull();
  });

  it.each(['level=0', 'level=5', 'level=x', 'name=-', 'region=1', 'cursor=abc'])('refuses ?%s', async (query) => {
    expect(await directory.ask({ path: `/v1/places?${query}` })).toMatchObject({ status: 422 });
  });
});

describe('the district of a facility, once places are imported', () => {
  it('must be one of them', async () => {
    await importFiles(csv);
    const organisationId = await directory.organisation();
    const post = (districtId: string) =>
      directory.ask<{ id: string }>({
        method: 'POST',
        path: '/v1/facilities',
        as: {},
        body: aFacility(organisationId, { districtId }),
      });
    const refused = { status: 422, body: { type: '/problems/invalid-field', errors: [{ pointer: '#/districtId' }] } };
    expect(await post('TJK003D010')).toMatchObject(refused);
    expect(await post('TJK003'), 'a region').toMatchObject(refused);
    const made = await post('TJK003D025');
    expect(made.status).toBe(201);
    const change = {
      method: 'PATCH' as const,
      path: `/v1/facilities/${made.body.id}`,
      as: {},
      headers: { 'if-match': '*' },
    };
    expect(await directory.ask({ ...change, body: { districtId: 'TJK003D010' } })).toMatchObject(refused);
    expect(await directory.ask({ ...change, body: { districtId: 'TJK005D007' } })).toMatchObject({ status: 200 });
    expect(await directory.ask({ ...change, body: { districtId: null } })).toMatchObject({ status: 200 });
  });
});
