import { type Refused, refused } from '@rohnamo/service-kit';

/** A decision not to, because of one field of the body. */
export const refuseField = (pointer: string, detail: string): { refuse: Refused } => ({
  refuse: refused('invalid-field', { errors: [{ pointer, detail }] }),
});
