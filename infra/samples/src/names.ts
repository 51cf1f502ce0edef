/** The scripts that names are written in: Tajik Cyrillic, Russian Cyrillic, Latin by ear. */
export const scripts = ['tg', 'ru', 'en'] as const;
export type Script = (typeof scripts)[number];

/** One name in its three spellings. */
export type Spelled = Readonly<Record<Script, string>>;

const spelled = (line: string): Spelled => {
  const [tg = '', ru = '', en = ''] = line.split(' ');
  return { tg, ru, en };
};

/** Given names of men; also what fathers are called. */
export const menNames: readonly Spelled[] = [
  'Раҳим Рахим Rahim',
  'Фирӯз Фируз Firuz',
  'Ҷамшед Джамшед Jamshed',
  'Далер Далер Daler',
  'Сӯҳроб Сухроб Suhrob',
  'Рустам Рустам Rustam',
  'Баҳром Бахром Bahrom',
  'Қурбон Курбон Qurbon',
  'Ҳасан Хасан Hasan',
  'Ҳусейн Хусейн Husayn',
  'Исмоил Исмаил Ismoil',
  'Муҳаммад Мухаммад Muhammad',
  'Зафар Зафар Zafar',
  'Парвиз Парвиз Parviz',
  'Манучеҳр Манучехр Manuchehr',
  'Хуршед Хуршед Khurshed',
  'Илҳом Илхом Ilhom',
  'Ёқуб Якуб Yoqub',
  'Умед Умед Umed',
  'Сафар Сафар Safar',
  'Раҷаб Раджаб Rajab',
  'Шариф Шариф Sharif',
  'Ғафур Гафур Ghafur',
  'Воҳид Вахид Vohid',
  'Ҷӯрабек Джурабек Jurabek',
  'Шӯҳрат Шухрат Shuhrat',
  'Фаррух Фаррух Farrukh',
  'Алишер Алишер Alisher',
  'Комрон Комрон Komron',
  'Нозим Нозим Nozim',
].map(spelled);

/** Given names of women. */
export const womenNames: readonly Spelled[] = [
  'Фирӯза Фируза Firuza',
  'Зарина Зарина Zarina',
  'Гулнора Гульнора Gulnora',
  'Мадина Мадина Madina',
  'Нигина Нигина Nigina',
  'Шаҳноза Шахноза Shahnoza',
  'Ҷамила Джамиля Jamila',
  'Саодат Саодат Saodat',
  'Меҳрангез Мехрангез Mehrangez',
  'Ҳанифа Ханифа Hanifa',
  'Муҳаббат Мухаббат Muhabbat',
  'Таҳмина Тахмина Tahmina',
  'Рухшона Рухшона Rukhshona',
  'Озода Озода Ozoda',
  'Манижа Манижа Manizha',
  'Гулчеҳра Гульчехра Gulchehra',
  'Ситора Ситора Sitora',
  'Лола Лола Lola',
  'Нилуфар Нилуфар Nilufar',
  'Ҳабиба Хабиба Habiba',
  'Маҳбуба Махбуба Mahbuba',
  'Фарзона Фарзона Farzona',
  'Дилбар Дильбар Dilbar',
  'Ойша Айша Oysha',
].map(spelled);

/** Family names of men; a woman's has one letter more. */
export const familyNames: readonly Spelled[] = [
  'Раҳимов Рахимов Rahimov',
  'Назаров Назаров Nazarov',
  'Шарифов Шарифов Sharifov',
  'Саидов Саидов Saidov',
  'Каримов Каримов Karimov',
  'Ҳакимов Хакимов Hakimov',
  'Қурбонов Курбонов Qurbonov',
  'Юсуфов Юсуфов Yusufov',
  'Ғафуров Гафуров Ghafurov',
  'Ҷӯраев Джураев Juraev',
  'Муродов Муродов Murodov',
  'Мирзоев Мирзоев Mirzoev',
  'Давлатов Давлатов Davlatov',
  'Холиқов Холиков Kholiqov',
  'Ашӯров Ашуров Ashurov',
  'Бобоев Бобоев Boboev',
  'Зоиров Зоиров Zoirov',
  'Салимов Салимов Salimov',
  'Одинаев Одинаев Odinaev',
  'Қодиров Кодиров Qodirov',
  'Ёров Ёров Yorov',
  'Абдуллоев Абдуллоев Abdulloev',
  'Исмоилов Исмаилов Ismoilov',
  'Ниёзов Ниёзов Niyozov',
  'Ҳайдаров Хайдаров Haydarov',
  'Шоҳназаров Шохназаров Shohnazarov',
].map(spelled);

/** Family names that do not change with sex. */
export const familyNamesOfAll: readonly Spelled[] = [
  'Раҳимзода Рахимзода Rahimzoda',
  'Назарзода Назарзода Nazarzoda',
  'Шарифзода Шарифзода Sharifzoda',
  'Мирзозода Мирзозода Mirzozoda',
  'Ҳакимзода Хакимзода Hakimzoda',
].map(spelled);

/** A family name as a person of this sex bears it. */
export function familyNameOf(name: Spelled, sex: 'male' | 'female', script: Script): string {
  const changes = familyNames.includes(name) && sex === 'female';
  return changes ? name[script] + (script === 'en' ? 'a' : 'а') : name[script];
}

/** The father's name as this script writes it: by itself in Tajik and Latin, as a patronymic in Russian. */
export function fatherNameOf(name: Spelled, sex: 'male' | 'female', script: Script): string {
  if (script !== 'ru') return name[script];
  return `${name.ru}${sex === 'female' ? 'овна' : 'ович'}`;
}
