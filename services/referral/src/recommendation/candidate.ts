import type { Language } from '@rohnamo/contracts';
import type { Calendar } from '../lifecycle/calendar.ts';
import { isOpenAt } from './opening-hours.ts';
import type { Reached, Way } from './reach.ts';
import type { Wanted } from './wanted.ts';

/** An offering of a facility, in what it is to the person who is to be sent. null: not known, or not asked for. */
export interface Candidate {
  offeringId: string;
  facilityId: string;
  fit: 'best' | 'possible';
  capacity: 'open' | 'waitlist';
  openPlaces: number | null;
  way: Way;
  speaks: boolean | null;
  stepFree: boolean | null;
  provider: boolean | null;
  /** How soon it usually answers: one of the steps of response-times.ts. */
  answersWithinHours: number | null;
  openNow: boolean | null;
}

/** What was found of an offering. */
export interface Found extends Reached {
  /** Tasks that take a place of it now, at most as many as it has places. */
  takenOn: number;
  answersWithinHours: number | null;
}

/** The occasion on which somebody is to be sent. */
export interface Occasion {
  now: Date;
  calendar: Calendar;
}

/** What an offering is to who is wanted to be sent. Pure. */
export function candidateOf(found: Found, wanted: Wanted, { now, calendar }: Occasion): Candidate {
  const { offering, facility, way, takenOn, answersWithinHours } = found;
  return {
    offeringId: offering.id,
    facilityId: facility.id,
    fit: wanted.bestServices.includes(offering.service) ? 'best' : 'possible',
    capacity: offering.capacity === 'open' ? 'open' : 'waitlist',
    openPlaces: offering.placesPerWeek === undefined ? null : Math.max(0, offering.placesPerWeek - takenOn),
    way,
    speaks: wanted.language && speaks(found, wanted.language),
    stepFree: wanted.needsStepFree ? facility.wheelchairAccess : null,
    provider: wanted.provider && (wanted.provider === 'woman' ? offering.staffWomen : offering.staffMen),
    answersWithinHours,
    openNow: offering.hours === undefined ? null : isOpenAt(offering.hours, now, calendar),
  };
}

const speaks = ({ offering, facility }: Found, language: Language): boolean =>
  offering.languages.includes(language) || facility.languages.includes(language);
