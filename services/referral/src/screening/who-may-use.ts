import type { AgeBand, Instrument, Offering, Role } from '@rohnamo/contracts';
import type { ProblemError } from '@rohnamo/service-kit';

type Screened = readonly { instrument: Instrument }[];

/** For health or trained MHPSS staff, and only where there is an offering that can act on the result. */
const isForHealthStaff = {
  'phq-9': true,
  'gad-7': true,
  'who-5': true,
  k6: true,
  'washington-group-short-set': false,
  'tb-symptoms': false,
} as const satisfies Record<Instrument, boolean>;

/** Whether an instrument's results may be read by whoever sees to the person, health staff or not. */
export const isForAnybody = (instrument: Instrument): boolean => !isForHealthStaff[instrument];

const complaints = (
  screenings: Screened,
  detail: string,
  isUnfit: (instrument: Instrument) => boolean,
): ProblemError[] =>
  screenings.flatMap(({ instrument }, index) =>
    isUnfit(instrument) ? [{ pointer: `#/screenings/${index}/instrument`, detail }] : [],
  );

/** The instruments that this caller may not send. A facility is taken to have asked by staff who may. */
export const complaintsAboutAsker = (screenings: Screened, role: Role): ProblemError[] =>
  complaints(
    screenings,
    'is for clients of a facility: health or trained MHPSS staff ask it',
    (instrument) => role !== 'facility' && isForHealthStaff[instrument],
  );

/** The instruments that do not fit the service (IASC layers 3 and 4: focused and specialised) or the person (Washington Group: from age 5). */
export const complaintsAboutFit = (
  screenings: Screened,
  { offering, person }: { offering: Pick<Offering, 'pyramidLayer'>; person: { ageBand: AgeBand } },
): ProblemError[] => [
  ...complaints(
    screenings,
    'is for an offering of pyramid layer 3 or 4',
    (instrument) => offering.pyramidLayer < 3 && isForHealthStaff[instrument],
  ),
  ...complaints(
    screenings,
    'is for persons of 5 years and older',
    (instrument) => person.ageBand === '0-4' && instrument === 'washington-group-short-set',
  ),
];
