import type { Priority, ReferralAction, ReferralState } from '@rohnamo/contracts';
import { rowsOf } from '../lifecycle/states.ts';
import { type Bind, cutTo, type Question, questionOf, valuesAsked } from '../asked-together.ts';

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
  /** Only what an organisation is asked to take over. */
  proposed?: boolean | undefined;
  /** The last of the page before. */
  before?: Pick<Listed, 'id' | 'createdAt'> | undefined;
  limit: number;
}

/** What a list finds of a referral: enough to know which it is, and as it was when. */
export interface Listed {
  id: string;
  version: number;
  createdAt: Date;
}

/**
 * Asks for a page, newest first, from below `before`: which referrals, and their versions. New is what was made last, whatever time its
 * id tells, which its client may have made: so nothing is put before a page that was read, but on top. Each way of taking part is followed by
 * itself along an index that answers it alone, as far as a page reaches, so that a page costs the same however many there are. Whose
 * referrals they are is asked as a range of one (`between`), and they are ordered by that first: so no other index gives the order,
 * and one plan, made once, is good for every caller. Equal to a value that it does not know, the planner goes through everybody's.
 */
export function listQuestion({ bound, ...filter }: ListFilter): Question {
  const { bind, ...asked } = valuesAsked();
  const own = bind(bound.organisationId, 'uuid');
  const columnsOfBound = bound.party === 'supervisor' ? toldColumns : ownColumns;
  const conditionsBy = new Map<Told, string[]>();
  const conditionsWith = (columns: Told): string[] => {
    const known = conditionsBy.get(columns) ?? conditionsOf(filter, { own, bind, columns });
    conditionsBy.set(columns, known);
    return known;
  };
  const { limit, cut } = cutTo(filter.limit, bind);
  const all = waysOfTakingPart(bound, { ...filter, own, bind });
  const ways = all.map(({ owner, from, where, columns = columnsOfBound }) => {
    const conditionsOfWay = [...where, ...conditionsWith(columns)].join(' and ');
    const taken = cut(
      `select id, version, created_at from referral where ${conditionsOfWay} order by ${owner} desc, created_at desc, id desc`,
    );
    return from === undefined ? `(${taken})` : `(select way.* from ${from} cross join lateral (${taken}) way)`;
  });
  const page = `select id, version::float8, created_at as "createdAt" from (${ways.join(' union ')}) way order by created_at desc, id desc limit ${limit}`;
  const { states, priority, reference, overdueAt, proposed = false } = filter;
  const isEven = !proposed && [states, priority, reference, overdueAt].every((wanted) => wanted === undefined);
  return questionOf({ kind: 'list', page, isEven }, asked);
}

/** By what priority and due time are looked for: a supervisor finds by what they are told alone. */
interface Told {
  priority: string;
  dueAt: string;
}
const ownColumns: Told = { priority: 'priority', dueAt: 'due_at' };
const toldColumns: Told = {
  priority: 'coalesce(told_priority, priority)',
  dueAt: '(case when told_priority is null then due_at else told_due_at end)',
};

function conditionsOf(
  { states, facilityId, priority, reference, overdueAt, before }: Omit<ListFilter, 'bound'>,
  { own, bind, columns }: { own: string; bind: Bind; columns: Told },
): string[] {
  return [
    ...(states === undefined ? [] : [`state = any(${bind(states, 'text[]')})`]),
    ...(facilityId === undefined ? [] : [`facility_id = ${bind(facilityId, 'uuid')}`]),
    ...(priority === undefined ? [] : [`${columns.priority} = ${bind(priority, 'text')}`]),
    // A reference is the referrer's own: nobody else finds anything by it.
    ...(reference === undefined
      ? []
      : [`reference = ${bind(reference, 'text')} and referrer_organisation_id = ${own}`]),
    ...(overdueAt === undefined ? [] : [`${columns.dueAt} < ${bind(overdueAt, 'timestamptz')}`]),
    ...(before === undefined
      ? []
      : [`(created_at, id) < (${bind(before.createdAt, 'timestamptz')}, ${bind(before.id, 'uuid')})`]),
  ];
}

/** One way in which referrals are the caller's. */
interface Way {
  /** The column by which an index finds them, in the order in which they were made. */
  owner: string;
  /** What it is asked for each of. */
  from?: string;
  where: readonly string[];
  /** By what is looked for there, where not as otherwise. */
  columns?: Told;
}

/** Who is asked to take a case over is told of it as a supervisor is. */
const proposedTo = (own: string): Way => ({
  owner: 'transfer_organisation_id',
  where: [
    `transfer_organisation_id between ${own} and ${own}`,
    'not sharing_stopped',
    `state in (${statesOf('accept_transfer')})`,
  ],
  columns: toldColumns,
});
const statesOf = (action: ReferralAction): string =>
  rowsOf(action)
    .flatMap(({ from }) => from)
    .map((state) => `'${state}'`)
    .join(', ');

function waysOfTakingPart(
  bound: Bound,
  {
    facilityId,
    proposed = false,
    own,
    bind,
  }: Pick<ListFilter, 'facilityId' | 'proposed'> & { own: string; bind: Bind },
): Way[] {
  const proposals = proposedTo(own);
  const referred: Way = {
    owner: 'referrer_organisation_id',
    where: [`referrer_organisation_id between ${own} and ${own}`],
  };
  if (proposed) {
    const comesBack = bound.party === 'supervisor' ? [] : ['not walk_in'];
    return [
      { ...referred, where: [...referred.where, ...comesBack, 'transfer_organisation_id is not null'] },
      proposals,
    ];
  }
  const refers: Way = { ...referred, where: [...referred.where, 'not walk_in'] }; // who came by themselves are for whom the task is
  switch (bound.party) {
    case 'referrer':
      return [refers, proposals];
    case 'supervisor':
      return [
        referred,
        {
          owner: 'facility_organisation_id',
          where: [`facility_organisation_id between ${own} and ${own}`, 'sent_at is not null'],
        },
        proposals,
      ];
    case 'facility': {
      const wanted = bound.facilityIds.filter((id) => facilityId === undefined || id === facilityId);
      if (wanted.length === 0) return [refers, proposals];
      return [
        refers,
        {
          owner: 'facility_id',
          from: `unnest(${bind(wanted, 'uuid[]')}) as wanted`,
          where: [
            `facility_organisation_id = ${own}`,
            'facility_id between wanted and wanted',
            'sent_at is not null',
            `(desk_id is null or desk_id = any(${bind(bound.deskIds, 'uuid[]')}))`,
          ],
        },
        proposals,
      ];
    }
  }
}
