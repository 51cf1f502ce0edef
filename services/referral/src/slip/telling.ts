import type { Facility } from '@rohnamo/contracts';

/**
 * Beginnings of words, in Tajik, Russian and English, that tell what kind of place it is, or what one goes there for. The
 * Tajik ones wait for a native health reviewer. A word too many costs a line written by hand; a word too few, a secret.
 */
const tellingStems = listed(`
  hospital clinic policlinic polyclinic health medic doctor nurs dispensar tubercul aids narco addict drug alcohol
  mental psych reproduct matern obstet gynaec gynec shelter crisis legal lawyer training vocation disab rehabilit surg
  trauma therap infect counsel social protect violen victim traffick women migra lung
  больниц клиник поликлиник госпитал здоров здрав медиц медпункт врач доктор амбулатор диспансер туберк противотуб
  фтизи спид нарко алкогол психи психо психол репродукт роддом родильн акушер гинеколог женск приют убежищ кризис
  юридич правов адвокат учебн обучен инвалид реабилит хирург травм терапев инфекц социальн насили жертв мигра втэк
  мсэк легочн лёгочн лечебн фельдшер
  беморхона бемор шифохона дармонгоҳ саломат тандуруст тиб табиб духтур пизишк пешгир равон майзада нашъа зоишгоҳ
  таваллудхона момодоя занон паноҳгоҳ бӯҳрон ҳуқуқ омӯзиш таълим маъюб тавонбахш офият ҷарроҳ сироят иҷтимо зӯровар
  муҳоҷир табобат муолиҷа
`);

/** Words that tell it as a whole and are harmless as a beginning of others. */
const tellingWords = listed('tb hiv sti law тб вич внмо сил шуш');

function listed(words: string): string[] {
  return words.trim().split(/\s+/);
}

const wordsOf = (text: string): string[] =>
  text
    .normalize('NFC')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

const isTelling = (word: string): boolean =>
  tellingWords.includes(word) || tellingStems.some((stem) => word.startsWith(stem));

/**
 * Whether a text of the facility's public record says what kind of place it is, by a word of the list or by the facility's own
 * name. Such a text is not printed: an address is free text, and some hold more than an address.
 */
export function tellsTheKind(text: string, { name }: Pick<Facility, 'name'>): boolean {
  const words = wordsOf(text);
  const said = ` ${words.join(' ')} `;
  const names = [name.tg, name.ru, name.en].flatMap((one) => (one === undefined ? [] : [wordsOf(one).join(' ')]));
  return words.some(isTelling) || names.some((one) => one !== '' && said.includes(` ${one} `));
}
