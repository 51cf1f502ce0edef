import { complaintAboutText, name } from '@rohnamo/contracts';
import { tellingCharacters } from '@rohnamo/testkit';
import { describe, expect, it } from 'vitest';
import { readPlaces, textOf, UnusableFile } from './read-csv.ts';

const header = 'id,level,parent_id,name_tg,name_en,latitude,longitude';

describe('a file of places', () => {
  it('gives each place with its names, its parent and its point', () => {
    expect(
      readPlaces(
        `${header}\nTJK005,1,,Бадахшон,Gorno-Badakhshan,38.064,72.849\nTJK005D007,2,TJK005,Шуғнон,Shugnan,,\n`,
      ),
    ).toEqual([
      {
        id: 'TJK005',
        level: 1,
        parentId: null,
        name: { tg: 'Бадахшон', en: 'Gorno-Badakhshan' },
        formerNames: null,
        location: { latitude: 38.064, longitude: 72.849 },
      },
      {
        id: 'TJK005D007',
        level: 2,
        parentId: 'TJK005',
        name: { tg: 'Шуғнон', en: 'Shugnan' },
        formerNames: null,
        location: null,
      },
    ]);
  });

  it('gives former names from a column, from a file of their own, and from both', () => {
    const places = `${header},name_ru,former_names\nT1,2,,Бохтар,Bokhtar,,,Бохтар,Қӯрғонтеппа|Qurghonteppa\nT2,2,,Левакант,Levakant,,,,\n`;
    const former = 'id,former_name\nT1,Курган-Тюбе\nT1,Qurghonteppa\nT2,Сарбанд\n';
    expect(readPlaces(places).map(({ formerNames }) => formerNames)).toEqual([['Қӯрғонтеппа', 'Qurghonteppa'], []]);
    expect(readPlaces(places, former).map(({ formerNames }) => formerNames)).toEqual([
      ['Қӯрғонтеппа', 'Qurghonteppa', 'Курган-Тюбе'],
      ['Сарбанд'],
    ]);
    expect(readPlaces(places)[0]?.name).toEqual({ tg: 'Бохтар', ru: 'Бохтар', en: 'Bokhtar' });
  });

  it('has no places in rows of empty cells', () => {
    expect(readPlaces(`${header}\n\n,,,,,,\nT1,1,,Суғд,,,\n`)).toHaveLength(1);
    expect(() => readPlaces(`${header}\n\n,,,,,,\nT1,9,,Суғд,,,\n`)).toThrow('row 4: level');
  });

  it('that is not UTF-8 is refused and not guessed at, and a byte order mark is no part of it', () => {
    const windows1251 = Buffer.concat([
      Buffer.from(`${header}\nT1,1,,`),
      Buffer.from([0xca, 0xf3, 0xeb]),
      Buffer.from(',,,'),
    ]);
    expect(() => textOf(windows1251, 'places')).toThrow('places: it is not UTF-8');
    expect(textOf(Buffer.from('\uFEFFid'), 'places')).toBe('id');
  });

  it('is read with Windows line ends and columns that mean nothing here', () => {
    const [place] = readPlaces(`id,pcode,${header.slice(3)}\r\nT1,TJ01,1,,Суғд,Sughd,39.936,69.413\r\n`);
    expect(place).toMatchObject({ id: 'T1', name: { tg: 'Суғд' } });
  });

  it.each([
    ['a level that there is not', `${header}\nT1,9,,Суғд,,,`, 'row 2: level must be at most 4'],
    ['no name', `${header}\nT1,1,,,,,`, 'row 2: a name of 1 to 200 characters, one of them a letter, must be given'],
    ['half a point', `${header}\nT1,1,,Суғд,,39.9,`, 'row 2: latitude and longitude must both be given'],
    ['a point that is not on the earth', `${header}\nT1,1,,Суғд,,99,69`, 'row 2: latitude must lie within 90'],
    ['words for a number', `${header}\nT1,1,,Суғд,,north,69`, 'row 2: latitude must be a number in degrees'],
    ['a place twice', `${header}\nT1,1,,Суғд,,,\nT1,1,,Хатлон,,,`, 'row 3: id occurs twice'],
    ['a missing column', 'id,name_tg\nT1,Суғд', 'row 2: level is required'],
    ['a row that is too short', `${header}\nT1,1`, 'row 2: it has 2 cells where the header has 7'],
    ['a quote inside of a cell', `${header}\nT1,1,,the "Sughd",,,`, 'row 2: it is not well-formed CSV'],
    ['a quote that is not closed', `${header}\nT1,1,,"Суғд,,,`, 'row 2: it is not well-formed CSV'],
    ['a character that was lost', `${header}\nT1,1,,Сугд\uFFFD,,,`, 'row 2: name_tg must not hold U+FFFD'],
    [
      'a name that cannot be seen',
      `${header}\nT1,1,,Сугд\u200B,,,`,
      'name_tg must not hold the invisible character U+200B',
    ],
    ['a name without a letter', `${header}\nT1,1,,12,,,`, 'one of them a letter'],
    ['a column twice', `${header},name_tg\nT1,1,,Суғд,,,,Хатлон`, 'name_tg occurs twice'],
    ['nothing in it', '', 'there is no line'],
  ])('with %s cannot be used, and says why', (_what, csv, finding) => {
    expect(() => readPlaces(csv)).toThrow(UnusableFile);
    expect(() => readPlaces(csv)).toThrow(finding);
  });

  it('cannot be used with former names of a place that is not in it', () => {
    expect(() => readPlaces(`${header}\nT1,1,,Суғд,,,`, 'id,former_name\nT2,Ленинабад')).toThrow(
      'T2 is not among the places',
    );
  });
});

it('a character passes in a name of a file of places where it passes in a body', () => {
  const isTaken = (given: string): boolean => {
    try {
      readPlaces(`${header}\nTJK005,1,,"${given.replaceAll('"', '""')}",,,\n`);
      return true;
    } catch (error) {
      if (error instanceof UnusableFile) return false;
      throw error;
    }
  };
  const wrong = tellingCharacters()
    .flatMap((character) => [`A${character}b`, `Ab${character}`, `${character}Ab`])
    .filter((given) => isTaken(given) !== (complaintAboutText(given) === null && name(200).safeParse(given).success));
  expect(wrong).toEqual([]);
});
