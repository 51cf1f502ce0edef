import type { WorkPlace } from '@rohnamo/contracts';
import type { Caller } from '@rohnamo/service-kit';

export const placeOf = ({ facilityIds, deskIds }: Pick<Caller, 'facilityIds' | 'deskIds'>): WorkPlace => ({
  facilityIds,
  deskIds,
});

const nowhereInParticular: WorkPlace = { facilityIds: [], deskIds: [] };

/** What an entry says of where its actor works; nothing of whom their token binds to no place. */
export const placeDetail = (at: WorkPlace = nowhereInParticular): { at?: WorkPlace } =>
  at.facilityIds.length === 0 && at.deskIds.length === 0 ? {} : { at };
