import type { EventData } from '@rohnamo/contracts';
import type { PlacedEntry } from '@rohnamo/journal';
import type { Pool } from 'pg';
import { noticeIdOf } from '../notices/decide.ts';

/** For whom somebody reads: an organisation, and desks of it. */
export interface Reader {
  organisationId: string;
  deskIds: readonly string[];
}

/**
 * Of lines of a feed those that tell somebody of an event first. It is raised for each part that their organisation has in it, of which they may
 * have several: the desk that lost a referral and the one that has it now, say.
 */
export async function onceEach(pool: Pool, entries: readonly PlacedEntry[], reader: Reader): Promise<PlacedEntry[]> {
  const notices = entries.filter(({ kind }) => kind === 'notice');
  if (reader.deskIds.length === 0 || notices.length === 0) return [...entries];
  const idsOf = new Map(notices.map((notice) => [notice.id, noticesFor(eventOf(notice), reader)]));
  const positions = await positionsOf(pool, [...new Set([...idsOf.values()].flat())]);
  return entries.filter(({ id, position }) =>
    (idsOf.get(id) ?? []).every((noticeId) => (positions.get(noticeId) ?? position) >= position),
  );
}

const eventOf = ({ data }: PlacedEntry): string => (data as EventData<'notice.raised.v1'>).eventId; // of a notice

/** All that may have been raised of one event for a reader. */
const noticesFor = (eventId: string, { organisationId, deskIds }: Reader): string[] =>
  [null, ...deskIds].map((deskId) => noticeIdOf(eventId, { organisationId, deskId }));

/** Where notices stand in the journal; nothing of those that there are none of, or that wait for their place. */
async function positionsOf(pool: Pool, noticeIds: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ id: string; position: string }>({
    name: 'positions of notices',
    text: `select asked.id, p.position from unnest($1::uuid[]) as asked (id)
      cross join lateral (select id from entry where kind = 'notice' and subject = asked.id offset 0) e
      cross join lateral (select position from place where place.id = e.id offset 0) p`,
    values: [noticeIds],
  });
  return new Map(rows.map(({ id, position }) => [id, Number(position)]));
}
