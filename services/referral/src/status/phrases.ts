import type { Phrase, ReferralState, ReferralStatus, StatusCode } from '@rohnamo/contracts';
import { dayOf, tajikistan } from '../lifecycle/calendar.ts';
import { sharingIsOver } from '../lifecycle/sharing.ts';
import type { ReferralRow } from '../schema.ts';

/** Each state in one of the four words that a person hears. What needs their doing is to be asked at the office. */
const codeOfState = {
  draft: 'ask',
  sent: 'waiting',
  acknowledged: 'waiting',
  info_requested: 'waiting',
  accepted: 'come',
  scheduled: 'come',
  no_show: 'ask',
  in_service: 'come',
  completed: 'finished',
  closed: 'finished',
  rejected: 'ask',
  redirected: 'waiting',
  cancel_requested: 'ask',
  cancelled: 'ask',
  expired: 'ask',
  entered_in_error: 'ask',
} as const satisfies Record<ReferralState, StatusCode>;

/**
 * What is said to whoever has the slip; null: it is not known to be theirs. A slip of an earlier attempt names another place,
 * so that nobody is told to come there; once sharing is over, nothing is told at all.
 */
export function statusOf(row: ReferralRow | null, slip: { taskId: string } | null, now: Date): ReferralStatus {
  if (row === null || slip === null || sharingIsOver(row, now) || row.taskId !== slip.taskId) return said('ask', null);
  const code = codeOfState[row.state];
  return said(code, row.state === 'scheduled' && row.appointmentAt ? dayOf(tajikistan, row.appointmentAt) : null);
}

const said = (code: StatusCode, on: string | null): ReferralStatus => ({ code, on, phrase: phraseOf(code, on) });

function phraseOf(code: StatusCode, on: string | null): Phrase {
  if (code !== 'come' || on === null) return phrases[code];
  const day = on.split('-').toReversed().join('.');
  return {
    tg: `Рӯзи ${day} биёед: шуморо мунтазиранд.`,
    ru: `Приходите ${day}: вас ждут.`,
    en: `Come on ${day}: you are expected.`,
  };
}

/** The Tajik ones wait for a native health reviewer. */
const phrases: Record<StatusCode, Phrase> = {
  waiting: {
    tg: 'Мунтазир шавед: ҳоло ҷавоб нест.',
    ru: 'Подождите: ответа пока нет.',
    en: 'Wait: there is no answer yet.',
  },
  come: { tg: 'Биёед: шуморо мунтазиранд.', ru: 'Приходите: вас ждут.', en: 'Come: you are expected.' },
  finished: { tg: 'Анҷом ёфт.', ru: 'Завершено.', en: 'It is finished.' },
  ask: {
    tg: 'Аз идорае пурсед, ки ин варақаро додааст.',
    ru: 'Спросите там, где вам дали этот листок.',
    en: 'Ask at the office that gave you this slip.',
  },
};

/** What is said to whoever has told how it was, whatever came of it. */
export const thanks: Phrase = {
  tg: 'Ташаккур. Агар рамз ва сол дуруст бошанд, сухани шумо шунида мешавад.',
  ru: 'Спасибо. Если код и год верны, ваши слова услышат.',
  en: 'Thank you. If code and year are right, your word is heard.',
};

/** What is said to whoever has withdrawn, whatever came of it. The Tajik waits for a reviewer like the others. */
export const withdrawn: Phrase = {
  tg: 'Агар рамз ва сол дуруст бошанд, розигии шумо бозпас гирифта шуд: минбаъд дар бораи шумо ба касе чизе гуфта намешавад.',
  ru: 'Если код и год верны, ваше согласие отозвано: больше о вас никому ничего не сообщат.',
  en: 'If code and year are right, your consent is withdrawn: nobody is told anything more about you.',
};
