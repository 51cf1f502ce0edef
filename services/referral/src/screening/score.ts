import type { NewScreening, Screening, ScreeningSuggestion } from '@rohnamo/contracts';
import { nothing, scales, stretchOf } from './scales.ts';
import { isValidated } from './translations.ts';

/** A result as it is kept: what was answered, and the score; null of an instrument that has none. */
export type ScoredScreening = NewScreening & { score: number | null };

const rehabilitation: ScreeningSuggestion = { needCategories: ['disability-rehabilitation'], priority: null };
const tbEvaluation: ScreeningSuggestion = { needCategories: ['communicable-disease'], priority: null };

/** The score of what was answered. */
export function scored(screening: NewScreening): ScoredScreening {
  switch (screening.instrument) {
    case 'phq-9':
    case 'gad-7':
    case 'who-5':
    case 'k6': {
      const points = screening.answers.reduce((sum, answer) => sum + answer, 0);
      return { ...screening, score: points * scales[screening.instrument].pointWorth };
    }
    case 'washington-group-short-set':
    case 'tb-symptoms':
      return { ...screening, score: null };
  }
}

/**
 * What a result comes to. Of a translation that is not validated there is no band, and nothing is suggested. Item 9 of the PHQ-9
 * is a point like others: what it asks for is somebody who acts, and that is in the answers.
 */
export function interpreted(screening: ScoredScreening): Screening {
  switch (screening.instrument) {
    case 'phq-9':
    case 'gad-7':
    case 'who-5':
    case 'k6': {
      const { instrument, language, score } = screening;
      const stretch = score !== null && isValidated(instrument, language) ? stretchOf(instrument, score) : null;
      return { ...screening, band: stretch?.band ?? null, finding: null, suggests: stretch?.suggests ?? nothing };
    }
    case 'washington-group-short-set': {
      const { upperBody = 'none', ...domains } = screening.answers;
      const finding = Object.values(domains).some((difficulty) => difficulty === 'a-lot' || difficulty === 'cannot');
      const suggests = finding || upperBody !== 'none' ? rehabilitation : nothing;
      return { ...screening, band: null, finding, suggests };
    }
    case 'tb-symptoms': {
      const { cough, fever, weightLoss, nightSweats } = screening.answers;
      const finding = cough !== 'no' || fever || weightLoss || nightSweats;
      return { ...screening, band: null, finding, suggests: finding ? tbEvaluation : nothing };
    }
  }
}
