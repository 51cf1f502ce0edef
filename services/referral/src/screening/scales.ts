import type { Instrument, ScreeningBand, ScreeningSuggestion } from '@rohnamo/contracts';

/** A stretch of scores: those up to this one, and above the stretch before. */
interface Stretch {
  upTo: number;
  band: ScreeningBand;
  suggests: ScreeningSuggestion;
}

interface Scale {
  /** What one point of an answer counts in the score. */
  pointWorth: number;
  /** From the lowest score to the highest that there is. */
  stretches: readonly Stretch[];
}

export const nothing: ScreeningSuggestion = { needCategories: [], priority: null };
const mhpss: ScreeningSuggestion = { needCategories: ['mhpss'], priority: null };
const mhpssSoon: ScreeningSuggestion = { needCategories: ['mhpss'], priority: 'urgent' };

/**
 * What the score of each instrument that has one is called, and suggests. Bands and cut-offs are those of the papers:
 *
 * - PHQ-9, 0 to 27: Kroenke et al. 2001; care is considered from 10, and from 20 without delay, which we read as urgent (Kroenke
 *   and Spitzer, Psychiatric Annals 2002;32:509: "expedited referral").
 * - GAD-7, 0 to 21: Spitzer et al. 2006; considered from 10.
 * - WHO-5, 0 to 100, less is worse: Topp et al. 2015; considered up to 50.
 * - K6, 0 to 24: Kessler et al. 2003; considered from 13.
 */
export const scales = {
  'phq-9': {
    pointWorth: 1,
    stretches: [
      { upTo: 4, band: 'minimal', suggests: nothing },
      { upTo: 9, band: 'mild', suggests: nothing },
      { upTo: 14, band: 'moderate', suggests: mhpss },
      { upTo: 19, band: 'moderately-severe', suggests: mhpss },
      { upTo: 27, band: 'severe', suggests: mhpssSoon },
    ],
  },
  'gad-7': {
    pointWorth: 1,
    stretches: [
      { upTo: 4, band: 'none', suggests: nothing },
      { upTo: 9, band: 'mild', suggests: nothing },
      { upTo: 14, band: 'moderate', suggests: mhpss },
      { upTo: 21, band: 'severe', suggests: mhpss },
    ],
  },
  'who-5': {
    pointWorth: 4,
    stretches: [
      { upTo: 28, band: 'likely-depression', suggests: mhpss },
      { upTo: 50, band: 'low-well-being', suggests: mhpss },
      { upTo: 100, band: 'none', suggests: nothing },
    ],
  },
  k6: {
    pointWorth: 1,
    stretches: [
      { upTo: 12, band: 'none', suggests: nothing },
      { upTo: 24, band: 'serious-distress', suggests: mhpss },
    ],
  },
} as const satisfies Partial<Record<Instrument, Scale>>;

/** Instruments whose answers add up to a score. */
export type ScoredInstrument = keyof typeof scales;

/** The stretch in which a score lies. */
export function stretchOf(instrument: ScoredInstrument, score: number): Stretch {
  const { stretches }: Scale = scales[instrument];
  const stretch = stretches.find(({ upTo }) => score <= upTo);
  if (stretch === undefined) throw new Error(`${instrument} has no such score`);
  return stretch;
}
