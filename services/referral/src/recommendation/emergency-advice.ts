import type { Advice } from '@rohnamo/contracts';

/** What is said first where there is an emergency: the ambulance of Tajikistan. Part of its country pack, as the calendar is. */
export const emergencyAdvice: Advice = {
  code: 'ring-first',
  phone: '103',
  text: {
    en: 'Before anything else, ring 103.',
    ru: 'Сначала позвоните по номеру 103.',
    tg: 'Аввал ба рақами 103 занг занед.',
  },
};
