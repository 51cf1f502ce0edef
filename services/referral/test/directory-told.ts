import { randomUUID } from 'node:crypto';
import type { Facility, JournalEvent, Offering } from '@rohnamo/contracts';
import { anOffering, aRecordedFacility } from '@rohnamo/testkit';
import type { ReferralService } from './referral-service.ts';

type House = Facility & { offering: Offering };

/** Has the service hear from the directory of facilities with an offering each, as it does over Kafka. */
export function directoryTold(at: ReferralService) {
  const hear = async (type: 'facility.recorded.v1' | 'offering.recorded.v1', data: Facility | Offering) => {
    const event: JournalEvent = {
      id: randomUUID(),
      source: 'urn:rohnamo:directory',
      type,
      subject: data.id,
      time: '2026-11-01T00:00:00.000Z',
      sequence: data.version,
      data,
      traceparent: null,
      checkpoint: null,
    };
    for (const { handle } of at.subscriptions) await handle(event);
  };
  const offering = async (facilityId: string, other: Partial<Offering> = {}): Promise<Offering> => {
    const made = at.offering({ facilityId, ...anOffering(), ...other });
    await hear('offering.recorded.v1', made);
    return made;
  };
  /** A facility of an organisation of its own, with one offering. */
  const facility = async (other: Partial<Facility> = {}, offered: Partial<Offering> = {}): Promise<House> => {
    const desks = offered.deskId === undefined ? [] : [{ id: offered.deskId, name: 'Room 4' }];
    const made = aRecordedFacility({ desks, ...other });
    at.facilities.set(made.id, made);
    await hear('facility.recorded.v1', made);
    return { ...made, offering: await offering(made.id, offered) };
  };
  return { facility, offering };
}
