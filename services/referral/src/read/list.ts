import type { Priority, ReferralState } from '@rohnamo/contracts';
import { columnsOf } from '../columns.ts';
import { referral } from '../schema.ts';

/** Whose referrals a list is bounded to. */
export type Bound =
  | { party: 'referrer'; organisationId: string }
  | { party: 'facility'; organisationId: string; facilityIds: readonly string[]; deskIds: readonly string[] }
  | { party: 'supervisor'; organisationId: string };

export interface ListFilter {
  bound: Bound;
  states?: readonly ReferralState[] | undefined;
  facilityId?: string | undefined;
  priority?: Priority | undefined;
  reference?: string | undefined;
  overdueAt?: Date | undefined;
  beforeId?: string | undefined;
  limit: number;
}

/**
 * A statement that finds a page, newest first, from below `beforeId`. Each way of taking part is followed by itself along an index
 * that answers it alone, as far as a page reaches, so that a page costs the same however many there are. It has no name,
 * so that it is planned for its values: a plan for all of them goes through every referral for a caller who has referred none.
 */
export function listStatement({ bound, ...filter }: ListFilter): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const bind = (value: unknown, type: string): string => `$${values.push(value)}::${type}`;
  const own = bind(bound.organisationId, 'uuid');
  const conditions = conditionsOf(filter, { own, bind });
  const limit = bind(filter.limit, 'int');
  const ways = waysOfTakingPart(bound, { facilityId: filter.facilityId, own, bind }).map(
    (way) => `(select id from referral where ${[way, ...conditions].join(' and ')} order by id desc limit ${limit})`,
  );
  // Each referral of the page by its id (`offset 0` keeps the planner to it), not along with all the newer ones of others.
  const text = `select r.* from (select id from (${ways.join(' union ')}) way order by id desc limit ${limit}) page
cross join lateral (select ${columnsOf(referral)} from referral where id = page.id offset 0) r order by page.id desc`;
  return { text, values };
}

type Bind = (value: unknown, type: string) => string;

function conditionsOf(
  { states, facilityId, priority, reference, overdueAt, beforeId }: Omit<ListFilter, 'bound'>,
  { own, bind }: { own: string; bind: Bind },
): string[] {
  return [
    ...(states === undefined ? [] : [`state = any(${bind(states, 'text[]')})`]),
    ...(facilityId === undefined ? [] : [`facility_id = ${bind(facilityId, 'uuid')}`]),
    ...(priority === undefined ? [] : [`priority = ${bind(priority, 'text')}`]),
    // A reference is the referrer's own: nobody else finds anything by it.
    ...(reference === undefined
      ? []
      : [`reference = ${bind(reference, 'text')} and referrer_organisation_id = ${own}`]),
    ...(overdueAt === undefined ? [] : [`due_at < ${bind(overdueAt, 'timestamptz')}`]),
    ...(beforeId === undefined ? [] : [`id < ${bind(beforeId, 'uuid')}`]),
  ];
}

function waysOfTakingPart(
  bound: Bound,
  { facilityId, own, bind }: { facilityId: string | undefined; own: string; bind: Bind },
): string[] {
  const refers = `referrer_organisation_id = ${own}`;
  const receives = `facility_organisation_id = ${own} and sent_at is not null`;
  switch (bound.party) {
    case 'referrer':
      return [refers];
    case 'supervisor':
      return [refers, receives];
    case 'facility': {
      const wanted = bound.facilityIds.filter((id) => facilityId === undefined || id === facilityId);
      if (wanted.length === 0) return [refers];
      const itsDesks = `(desk_id is null or desk_id = any(${bind(bound.deskIds, 'uuid[]')}))`;
      return [refers, ...wanted.map((id) => `${receives} and facility_id = ${bind(id, 'uuid')} and ${itsDesks}`)];
    }
  }
}
