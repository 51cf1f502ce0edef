import type { Facility } from '@rohnamo/contracts';
import type { FacilityRow } from '../schema.ts';

/** Everything that the directory knows of a facility: for administrators and its own organisation. */
export function fullRecord(row: FacilityRow): Facility {
  const {
    id,
    version,
    organisationId,
    kind,
    name,
    locationConfidential,
    address,
    languages,
    wheelchairAccess,
    desks,
    status,
  } = row;
  return {
    id,
    version,
    organisationId,
    kind,
    name,
    location: { latitude: row.latitude, longitude: row.longitude },
    locationConfidential,
    ...(row.districtId === null ? {} : { districtId: row.districtId }),
    address,
    languages,
    wheelchairAccess,
    desks,
    status,
  };
}

/** What every event and the other services are told: a confidential place is left out. */
export function eventRecord(row: FacilityRow): Facility {
  const record = fullRecord(row);
  return row.locationConfidential ? { ...record, location: null, address: null } : record;
}

/** What everybody else is told: the same, and of no desk. */
export const publicRecord = (row: FacilityRow): Facility => ({ ...eventRecord(row), desks: [] });
