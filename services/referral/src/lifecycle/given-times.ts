import type { NewReferral } from '@rohnamo/contracts';
import type { ProblemError } from '@rohnamo/service-kit';
import { type Calendar, dayOf } from './calendar.ts';
import type { Command } from './command.ts';

interface Clock {
  now: Date;
  calendar: Pick<Calendar, 'utcOffsetMs'>;
}

/** By how much the clock of whoever gives an appointment for this moment may be behind. */
const clockSkewMs = 60_000;

/** What of an action lies in the past though it is still to come. Days are those of the country. */
export function complaintsAboutTime(command: Command, { now, calendar }: Clock): ProblemError[] {
  switch (command.action) {
    case 'schedule':
    case 'reschedule':
      return new Date(command.body.appointmentAt).getTime() < now.getTime() - clockSkewMs
        ? [{ pointer: '#/appointmentAt', detail: 'must not be in the past' }]
        : [];
    case 'complete':
      return command.body.followUpOn !== undefined && command.body.followUpOn < dayOf(calendar, now)
        ? [{ pointer: '#/followUpOn', detail: 'must not be in the past' }]
        : [];
    default:
      return [];
  }
}

/** Which days that a referral tells of are still to come though they are told of as past. */
export const complaintsAboutDays = (
  { returnedOn, screenings }: { [Name in 'returnedOn' | 'screenings']?: NewReferral[Name] | null },
  { now, calendar }: Clock,
): ProblemError[] =>
  [
    { pointer: '#/returnedOn', day: returnedOn },
    ...(screenings ?? []).map(({ answeredOn }, index) => ({
      pointer: `#/screenings/${index}/answeredOn`,
      day: answeredOn,
    })),
  ].flatMap(({ pointer, day }) =>
    day != null && day > dayOf(calendar, now) ? [{ pointer, detail: 'must not be in the future' }] : [],
  );
