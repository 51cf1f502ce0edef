import type { Client } from 'pg';
import { facilityOrganisation } from '../world/ids.ts';
import { actorJson, newEntry, traceparent } from './entries.ts';
import { inGroups } from './in-groups.ts';

export const pageLength = 50;

const actor = actorJson('facility', facilityOrganisation);

/**
 * Pages of facilities, for all that ask meanwhile, and one entry a page that names what was on it, in one statement and one commit.
 * @param page selects, of the facility `r.facility`, its items spelt in JSON with commas between as `items`, and their ids as `ids`
 * @returns a page in JSON, by the id of a facility
 */
export function notedPages(connection: Client, { name, page }: { name: string; page: string }) {
  const text = `with r as materialized (select * from json_to_recordset($1) as t(n int, facility uuid, entry uuid, nonce bytea, list uuid)),
    pages as materialized (select r.*, p.items, p.ids from r cross join lateral (${page}) p),
    noted as (insert into entry (id, kind, subject, type, time, data, detail, actor, traceparent, nonce)
      select entry, 'referral-list', list, 'referral-list.observed.v1', now(), '{}', jsonb_build_object('subjects', ids), $2::jsonb,
        '${traceparent}', nonce from pages),
    queued as (insert into unplaced (id) select entry from pages)
    select items from pages order by n`;
  const look = inGroups(async (rows: object[]) => {
    const { rows: pages } = await connection.query<{ items: string | null }>({
      name,
      text,
      values: [JSON.stringify(rows.map((row, n) => ({ n, ...row }))), actor],
    });
    return pages.map(({ items }) => `{"items":[${items ?? ''}]}`);
  });
  return (facility: string): Promise<string> => look({ facility, ...newEntry(), list: newEntry().entry });
}
