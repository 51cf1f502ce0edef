import { z } from 'zod';
import { Id } from './identifiers.ts';

/** Where in their organisation somebody works, as their token says. A client that names no facility speaks for all of it, but for its desks. */
export const WorkPlace = z.strictObject({ facilityIds: z.array(Id).max(1000), deskIds: z.array(Id).max(1000) });
export type WorkPlace = { readonly [Name in keyof z.infer<typeof WorkPlace>]: readonly string[] };

/**
 * Whether what was recorded at a place is for somebody of the same organisation: for whoever has all of its desks, and shares a facility
 * with it. Lists and accesses ask the database the same.
 */
export const isOpenTo = (recorded: WorkPlace, caller: WorkPlace): boolean =>
  recorded.deskIds.every((id) => caller.deskIds.includes(id)) &&
  (recorded.facilityIds.length === 0 ||
    caller.facilityIds.length === 0 ||
    recorded.facilityIds.some((id) => caller.facilityIds.includes(id)));
