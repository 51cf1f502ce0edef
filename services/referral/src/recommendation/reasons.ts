import type { Language, RankReason, RankReasonCode } from '@rohnamo/contracts';
import type { Candidate } from './candidate.ts';
import type { Wanted } from './wanted.ts';

/** What its reasons depend on beside the candidate. */
export type Asked = Pick<Wanted, 'language' | 'provider' | 'isEmergency'>;

/** Reasons that say something of the person: where they are, what they speak, what they prefer. */
const ofThePerson: ReadonlySet<RankReasonCode> = new Set([
  'best-fit',
  'possible-fit',
  'distance',
  'same-district',
  'distance-from-district',
  'speaks-language',
  'language-not-listed',
  'step-free',
  'not-step-free',
  'provider',
  'provider-not-listed',
]);

/** Whether a reason speaks of the facility alone. */
export const isOfTheFacility = ({ code }: RankReason): boolean => !ofThePerson.has(code);

/**
 * Why a candidate stands where it stands, in words that never name what the person needs or what is offered. English and
 * Russian; the Tajik waits for a native reader.
 */
export function reasonsFor(candidate: Candidate, asked: Asked): RankReason[] {
  return [
    ...(asked.isEmergency ? [openingReason(candidate)] : []),
    fitReason(candidate),
    capacityReason(candidate),
    ...wayReasons(candidate),
    ...languageReasons(candidate, asked),
    ...stepReasons(candidate),
    ...providerReasons(candidate, asked),
    ...answeringReasons(candidate),
  ];
}

const speaksFor = (code: RankReasonCode, en: string, ru: string): RankReason => ({
  code,
  favours: true,
  text: { en, ru },
});
const speaksAgainst = (code: RankReasonCode, en: string, ru: string): RankReason => ({
  code,
  favours: false,
  text: { en, ru },
});

const openingReason = ({ openNow }: Candidate): RankReason =>
  openNow === true
    ? speaksFor('open-now', 'is open now', 'сейчас открыто')
    : speaksAgainst(
        'hours-unknown',
        'its hours are not known: ring before going',
        'часы неизвестны: сначала позвоните',
      );

const fitReason = ({ fit }: Candidate): RankReason =>
  fit === 'best'
    ? speaksFor('best-fit', 'offers what is looked for', 'предлагает то, что ищут')
    : speaksFor('possible-fit', 'offers what may fit', 'предлагает то, что может подойти');

function capacityReason({ capacity, openPlaces, tellsPlaces }: Candidate): RankReason {
  if (capacity === 'waitlist') return speaksAgainst('waiting-list', 'has a waiting list', 'есть очередь');
  if (openPlaces === 0) return speaksAgainst('places-taken', 'all its places are taken now', 'сейчас все места заняты');
  if (openPlaces === null || !tellsPlaces) return speaksFor('open-places', 'has open places', 'есть свободные места');
  const places = openPlaces === 1 ? 'place' : 'places';
  return speaksFor('open-places', `has ${openPlaces} open ${places}`, `свободных мест: ${openPlaces}`);
}

function wayReasons({ way }: Candidate): RankReason[] {
  switch (way.kind) {
    case 'from-point': {
      const km = way.km < 10 ? way.km.toFixed(1) : way.km.toFixed(0);
      return [speaksFor('distance', `${km} km away`, `${km.replace('.', ',')} км отсюда`)];
    }
    case 'same-district':
      return [speaksFor('same-district', 'in the same district', 'в том же районе')];
    case 'from-district': {
      const km = Math.max(10, Math.round(way.km / 10) * 10);
      return [speaksFor('distance-from-district', `about ${km} km from the district`, `примерно в ${km} км от района`)];
    }
    case 'unknown':
      return [];
  }
}

const spoken: Readonly<Record<Language, { en: string; ru: string }>> = {
  tg: { en: 'Tajik', ru: 'по-таджикски' },
  ru: { en: 'Russian', ru: 'по-русски' },
  en: { en: 'English', ru: 'по-английски' },
  ky: { en: 'Kyrgyz', ru: 'по-киргизски' },
  uz: { en: 'Uzbek', ru: 'по-узбекски' },
  'fa-AF': { en: 'Dari', ru: 'на дари' },
  sgh: { en: 'Shughni', ru: 'по-шугнански' },
  wbl: { en: 'Wakhi', ru: 'по-вахански' },
  isk: { en: 'Ishkashimi', ru: 'по-ишкашимски' },
  yah: { en: 'Yazghulami', ru: 'по-язгулямски' },
  sign: { en: 'sign language', ru: 'на жестовом языке' },
};

function languageReasons({ speaks }: Candidate, { language }: Asked): RankReason[] {
  if (speaks === null || language === null) return [];
  const { en, ru } = spoken[language];
  return speaks
    ? [speaksFor('speaks-language', `speaks ${en}`, `говорят ${ru}`)]
    : [speaksAgainst('language-not-listed', `does not say that it speaks ${en}`, `не указано, что говорят ${ru}`)];
}

function stepReasons({ stepFree }: Candidate): RankReason[] {
  if (stepFree === null) return [];
  return stepFree
    ? [speaksFor('step-free', 'step-free', 'вход без ступеней')]
    : [speaksAgainst('not-step-free', 'does not say that it is step-free', 'не указано, что вход без ступеней')];
}

function providerReasons({ provider }: Candidate, asked: Asked): RankReason[] {
  if (provider === null || asked.provider === null) return [];
  const [en, ru] = asked.provider === 'woman' ? ['a woman', 'женщина'] : ['a man', 'мужчина'];
  return provider
    ? [speaksFor('provider', `${en} can see the person`, `принять может ${ru}`)]
    : [
        speaksAgainst(
          'provider-not-listed',
          `does not say that ${en} can see the person`,
          `не указано, что принять может ${ru}`,
        ),
      ];
}

const weekHours = 7 * 24;

function answeringReasons({ answersWithinHours: hours }: Candidate): RankReason[] {
  if (hours === null) return [];
  if (hours > weekHours)
    return [speaksAgainst('answers-late', 'often takes more than a week to answer', 'часто отвечает дольше недели')];
  const [en, ru] =
    hours === 1
      ? ['an hour', 'часа']
      : hours <= 48
        ? [`${hours} hours`, `${hours} ч`]
        : [`${hours / 24} days`, `${hours / 24} дн.`];
  return [speaksFor('answers-within', `usually answers within ${en}`, `обычно отвечает в течение ${ru}`)];
}
