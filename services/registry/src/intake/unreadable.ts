import { refused } from '@rohnamo/service-kit';

/** An upload that cannot be taken as a whole. The detail names rows and columns, never what is in them. */
export const unreadable = (detail: string) => refused('malformed-request', { detail });
