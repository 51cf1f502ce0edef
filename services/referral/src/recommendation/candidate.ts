import type { Language, Offering } from '@rohnamo/contracts';
import type { Calendar } from '../lifecycle/calendar.ts';
import { threshold } from '../statistics/counts.ts';
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
  /** Whether anybody is told how many. */
  tellsPlaces: boolean;
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
    openPlaces: openPlacesOf(offering, takenOn),
    tellsPlaces: offering.deskId === undefined,
    way,
    speaks: wanted.language && speaks(found, wanted.language),
    stepFree: wanted.needsStepFree ? facility.wheelchairAccess : null,
    provider: wanted.provider && (wanted.provider === 'woman' ? offering.staffWomen : offering.staffMen),
    answersWithinHours,
    openNow: offering.hours === undefined ? null : isOpenAt(offering.hours, now, calendar),
  };
}

/**
 * Who knows what a desk has taken on knows, from one day to the next, of whom. So its places are all open to whoever asks until
 * the last is taken, and of so few that this, too, would be a small count, they stay so. The order hangs on nothing else: who has an
 * offering of their own to compare could read the number from it.
 */
function openPlacesOf({ placesPerWeek, deskId }: Offering, takenOn: number): number | null {
  if (placesPerWeek === undefined) return null;
  if (deskId === undefined) return Math.max(0, placesPerWeek - takenOn);
  return placesPerWeek >= threshold && takenOn >= placesPerWeek ? 0 : placesPerWeek;
}

const speaks = ({ offering, facility }: Found, language: Language): boolean =>
  offering.languages.includes(language) || facility.languages.includes(language);
