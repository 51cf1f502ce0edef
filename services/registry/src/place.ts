import type { Caller } from '@rohnamo/service-kit';

/** Where in their organisation somebody works, as their token says. A client that names no facility speaks for all of it, but for its desks. */
export interface Place {
  readonly facilityIds: readonly string[];
  readonly deskIds: readonly string[];
}

export const placeOf = ({ facilityIds, deskIds }: Pick<Caller, 'facilityIds' | 'deskIds'>): Place => ({
  facilityIds,
  deskIds,
});

/**
 * Whether what was recorded at a place is for somebody of the same organisation: for whoever has all of its desks, and shares a facility
 * with it. Lists and accesses ask the database the same.
 */
export const isOpenTo = (recorded: Place, caller: Place): boolean =>
  recorded.deskIds.every((id) => caller.deskIds.includes(id)) &&
  (recorded.facilityIds.length === 0 ||
    caller.facilityIds.length === 0 ||
    recorded.facilityIds.some((id) => caller.facilityIds.includes(id)));

const nowhereInParticular: Place = { facilityIds: [], deskIds: [] };

/** What an entry says of where its actor works; nothing of whom their token binds to no place. */
export const placeDetail = (at: Place = nowhereInParticular): { at?: Place } =>
  at.facilityIds.length === 0 && at.deskIds.length === 0 ? {} : { at };
