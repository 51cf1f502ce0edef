import type { KnownException } from './landed.ts';

/** All that landed and is otherwise today. Nothing is ever added here to let a change pass: databases with what landed are out there. */
export const knownExceptions: readonly KnownException[] = [
  {
    service: 'referral',
    tag: '0009_whole_life_mended',
    commit: 'a121c44',
    now: 'removed',
    reason:
      'it stood in place of 0009 to 0013, which databases of that day had already. A database made with it has the same schema, and stands at a later time than 0013, so that it skips those',
  },
  {
    service: 'referral',
    tag: '0009_cancelled_by_others',
    commit: 'e785a34',
    now: { text: 'ffb8ef6ba4cfda6083a021c28233d398bb00082e' },
    reason: 'eight minutes later it was given the comment that says what it locks; its statements are the same',
  },
];
