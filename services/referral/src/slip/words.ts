import type { SlipLanguage } from '@rohnamo/contracts';

/** Who keeps one of the three parts of a slip. */
export type Copy = 'person' | 'referrer' | 'receiver';

export interface SlipWords {
  title: string;
  copies: Record<Copy, string>;
  number: string;
  where: string;
  room: string;
  when: string;
  bring: string;
  whatToBring: string;
  questions: string;
  whomToAsk: string;
  telephone: string;
  code: string;
  whatTheCodeIsFor: string;
  given: string;
  came: string;
  dateAndSignature: string;
}

/**
 * The words on a slip. They name no need, no service and no kind of place.
 *
 * The Tajik text waits for a native health reviewer: of its terms only «роҳхат» (referral) is settled.
 */
export const slipWords: Record<SlipLanguage, SlipWords> = {
  tg: {
    title: 'Роҳхат',
    copies: {
      person: 'Нусха барои шумо',
      referrer: 'Нусха барои идораи фиристанда',
      receiver: 'Нусха барои қабулкунанда',
    },
    number: 'Рақам',
    where: 'Ба куҷо',
    room: 'Ҳуҷра',
    when: 'Кай',
    bring: 'Бо худ гиред',
    whatToBring: 'Ҳамин варақаро ва, агар дошта бошед, ҳуҷҷати шахсиро.',
    questions: 'Савол доред?',
    whomToAsk: 'Аз идорае пурсед, ки ин варақаро додааст.',
    telephone: 'Телефон',
    code: 'Рамзи шумо',
    whatTheCodeIsFor:
      'Бо ин рамз ва соли таваллуд метавонед пурсед, ки роҳхат дар кадом марҳила аст. Рамзро ба касе нагӯед.',
    given: 'Дода шуд',
    came: 'Омад',
    dateAndSignature: 'Сана, имзо',
  },
  ru: {
    title: 'Направление',
    copies: {
      person: 'Ваш экземпляр',
      referrer: 'Экземпляр того, кто направил',
      receiver: 'Экземпляр того, кто принимает',
    },
    number: 'Номер',
    where: 'Куда',
    room: 'Комната',
    when: 'Когда',
    bring: 'Возьмите с собой',
    whatToBring: 'Этот листок и, если есть, удостоверение личности.',
    questions: 'Есть вопросы?',
    whomToAsk: 'Спросите там, где вам дали этот листок.',
    telephone: 'Телефон',
    code: 'Ваш код',
    whatTheCodeIsFor: 'По этому коду и году рождения можно узнать, на каком этапе направление. Никому не говорите код.',
    given: 'Выдано',
    came: 'Пришли',
    dateAndSignature: 'Дата, подпись',
  },
  en: {
    title: 'Referral',
    copies: { person: 'Your copy', referrer: 'Copy of the sending office', receiver: 'Copy of those who receive' },
    number: 'Number',
    where: 'Where',
    room: 'Room',
    when: 'When',
    bring: 'Bring with you',
    whatToBring: 'This slip and, if you have one, an identity document.',
    questions: 'Questions?',
    whomToAsk: 'Ask at the office that gave you this slip.',
    telephone: 'Telephone',
    code: 'Your code',
    whatTheCodeIsFor:
      'With this code and your year of birth you can ask how your referral stands. Tell the code to nobody.',
    given: 'Given',
    came: 'Came',
    dateAndSignature: 'Date, signature',
  },
};
