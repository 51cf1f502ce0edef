import type { Language } from '@rohnamo/contracts';
import type { ScoredInstrument } from './scales.ts';

/** Where it was shown that the bands mean in this language what they are called, and on what terms the text may be used. */
interface Validation {
  source: string;
  licence: string;
}

/**
 * The instruments and languages of which bands are shown. English alone: it is what the papers validated. A translation gets a
 * line when there is a study to name, read by a health reviewer who speaks it.
 */
export const validatedTranslations = {
  'phq-9': {
    en: {
      source: 'Kroenke, Spitzer, Williams 2001, doi:10.1046/j.1525-1497.2001.016009606.x',
      licence: 'No permission required to reproduce, translate, display or distribute (Pfizer)',
    },
  },
  'gad-7': {
    en: {
      source: 'Spitzer, Kroenke, Williams, Löwe 2006, doi:10.1001/archinte.166.10.1092',
      licence: 'No permission required to reproduce, translate, display or distribute (Pfizer)',
    },
  },
  'who-5': {
    en: {
      source: 'Topp, Østergaard, Søndergaard, Bech 2015, doi:10.1159/000376585',
      licence: 'CC BY-NC-SA 3.0 IGO (World Health Organization)',
    },
  },
  k6: {
    en: {
      source: 'Kessler et al. 2003, doi:10.1001/archpsyc.60.2.184',
      licence: 'Free to use where the paper is named (Kessler)',
    },
  },
} as const satisfies Record<ScoredInstrument, Partial<Record<Language, Validation>>>;

/** Whether bands may be shown of what was answered in this language. */
export const isValidated = (instrument: ScoredInstrument, language: Language): boolean =>
  language in validatedTranslations[instrument];
