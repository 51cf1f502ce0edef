import { nameQuestion } from '../names/search-key.ts';
import { haversineSql, type Ring, ringsAround } from './distance.ts';
import { radiusKmMax, type SearchQuery } from './question.ts';

export type Wanted = Omit<SearchQuery, 'cursor'>;

/** The last facility of the page before; its distance where the search is from a point. */
export interface After {
  id: string;
  distanceKm: number | null;
}

export interface SearchStatement {
  /** Names the text where one plan serves all values, so that a connection plans it once. */
  name?: string;
  text: string;
  values: unknown[];
}

/** A search that so many facilities answer, or fewer, looks at each of them; a wider one goes outward from the point. */
const fewMax = 2000;

/**
 * One statement that finds a page of facilities, and one facility more: the id, the distance and the version of each. Here, a version
 * counts the changes to the facility and to what it offers: nothing is deleted, and each change makes one version greater by one.
 * From a point, it takes one of two ways, and decides which by itself:
 * - few facilities answer the filters (an index on kind, district, name or service tells): all of them are measured;
 * - many do: boxes around the point are tried, each twice as wide as the last, until one holds a page. A box is a range of
 *   the GiST index over points, so the cost follows what lies near, not how many facilities there are.
 * Either way what is within the circle, and only that, is sorted by its true distance.
 */
export function searchStatement(wanted: Wanted, after: After | null): SearchStatement {
  const values: unknown[] = [];
  const bind: Bind = (value, type) => `$${values.push(value)}::${type}`;
  const found = wanted.near === undefined ? inOrder(wanted, after, bind) : byDistance(wanted, wanted.near, after, bind);
  const text = `${found}
select p.id, p.distance as "distanceKm",
  (p.version + coalesce((select sum(o.version) from offering o where o.facility_id = p.id), 0))::float8 as version
from page p order by p.distance, p.id`;
  // With most filters the best plan hangs on their values, so those are planned each time, which takes 1 ms.
  return hasOnePlan(wanted) ? { name: `search ${shapeOf(wanted, after)}`, text, values } : { text, values };
}

type Bind = (value: unknown, type: string) => string;

function inOrder(wanted: Wanted, after: After | null, bind: Bind): string {
  const { from, where } = filters(wanted, bind);
  const conditions = [...where, ...(after === null ? [] : [`f.id > ${bind(after.id, 'uuid')}`])];
  return `with page as materialized (
  select f.id, f.version, null::float8 as distance from ${from} where ${conditions.join(' and ')}
  order by f.id limit ${bind(wanted.limit + 1, 'int')})`;
}

function byDistance(wanted: Wanted, near: NonNullable<Wanted['near']>, after: After | null, bind: Bind): string {
  const found = filters(wanted, bind);
  const { from, where } = found;
  const narrow = isNarrow(wanted);
  const radiusKm = wanted.radiusKm ?? radiusKmMax;
  const rings = ringRows(ringsAround(near, { fromKm: after?.distanceKm ?? 0, toKm: radiusKm }), bind);
  const centre = { latitude: bind(near.latitude, 'float8'), longitude: bind(near.longitude, 'float8') };
  const distance = haversineSql(centre, { latitude: 'f.latitude', longitude: 'f.longitude' });
  const limit = bind(wanted.limit + 1, 'int');
  const further =
    after === null ? '' : ` and (${distance}, f.id) > (${bind(after.distanceKm, 'float8')}, ${bind(after.id, 'uuid')})`;
  const within = `${where.join(' and ')}
    and point(f.longitude, f.latitude) <@ box(point(r.west, r.south), point(r.east, r.north)) and ${distance} <= r.radius${further}`;
  const { few, isMany } = fewOf(wanted, found);
  return `with recursive ring as materialized (${rings}),
${narrow ? few : ''}
grown(step, found) as (
  select 0::bigint, 0::bigint${narrow ? ` where ${isMany}` : ''}
  union all
  select r.step, c.found from grown g join ring r on r.step = g.step + 1
  cross join lateral (select count(*) as found from (select from ${from} where ${within} limit ${limit}) enough) c
  where g.found < ${limit}),
measured as (
  select f.id, f.version, ${distance} as distance from ring r, ${from}
  where r.step = (select max(step) from grown) and ${within}
  ${
    narrow
      ? `union all
  select f.id, f.version, ${distance} from few f
  where not ${isMany} and ${distance} <= ${bind(radiusKm, 'float8')}${further}`
      : ''
  }),
page as materialized (select id, version, distance from measured order by distance, id limit ${limit})`;
}

/**
 * Those that answer the filters, where they are few, and whether they are many. Where a service is all that is asked for, its
 * offerings are counted before they are joined to anything: that costs the same however many there are, and has one plan.
 */
function fewOf(wanted: Wanted, { from, offered, where }: Filters): { few: string; isMany: string } {
  const columns = 'select f.id, f.version, f.latitude, f.longitude';
  if (!isServiceAlone(wanted))
    return {
      few: `few as materialized (${columns} from ${from} where ${where.join(' and ')} limit ${fewMax + 1}),`,
      isMany: `(select count(*) from few) > ${fewMax}`,
    };
  const isMany = `(select count(*) from offered) > ${fewMax}`;
  return {
    few: `offered as materialized (select w.facility_id, w.languages from offering w where ${offered} limit ${fewMax + 1}),
few as materialized (${columns} from offered w join facility f on f.id = w.facility_id where not ${isMany} and ${where.join(' and ')}),`,
    isMany,
  };
}

/** The rings as a table, the nearest being step 1. */
function ringRows(rings: readonly Ring[], bind: Bind): string {
  const column = (of: (ring: Ring) => number) => bind(rings.map(of), 'float8[]');
  return `select * from unnest(
    ${column(({ radiusKm }) => radiusKm)}, ${column(({ box }) => box.south)}, ${column(({ box }) => box.west)},
    ${column(({ box }) => box.north)}, ${column(({ box }) => box.east)})
    with ordinality as t(radius, south, west, north, east, step)`;
}

interface Filters {
  from: string;
  /** What an offering of the service must fulfil. */
  offered: string;
  where: string[];
}

/** What every facility of the answer must fulfil. */
function filters(wanted: Wanted, bind: Bind): Filters {
  const { service, kind, district, name, language, wheelchair } = wanted;
  const where = [`f.status = 'open' and not f.location_confidential`]; // as the partial indexes say it
  const offered = service === undefined ? '' : `w.service = ${bind(service, 'text')} and w.capacity <> 'closed'`;
  const from = `facility f${service === undefined ? '' : ` join offering w on w.facility_id = f.id and ${offered}`}`;
  if (kind !== undefined) where.push(`f.kind = ${bind(kind, 'text')}`);
  if (district !== undefined) where.push(`f.district_id = ${bind(district, 'text')}`);
  if (name !== undefined) {
    const { words, together } = nameQuestion(name);
    where.push(`(f.name_beginnings @> ${bind(words, 'text[]')} or f.name_beginnings @> ${bind([together], 'text[]')})`);
  }
  if (language !== undefined) {
    const spoken = bind(language, 'text');
    where.push(`(${spoken} = any(f.languages)${service === undefined ? '' : ` or ${spoken} = any(w.languages)`})`);
  }
  if (wheelchair === true) where.push('f.wheelchair_access');
  return { from, offered, where };
}

/** Whether there is a filter by which an index may tell that few facilities answer. */
const isNarrow = ({ service, kind, district, name }: Wanted): boolean =>
  [service, kind, district, name].some((filter) => filter !== undefined);

/** Whether the service is the only filter by which an index may tell. */
const isServiceAlone = ({ service, kind, district, name }: Wanted): boolean =>
  service !== undefined && [kind, district, name].every((filter) => filter === undefined);

const hasOnePlan = (wanted: Wanted): boolean =>
  !isNarrow(wanted) || (wanted.near !== undefined && isServiceAlone(wanted));

/** What the text of a search that has one plan depends on. */
const shapeOf = ({ near, service, language, wheelchair }: Wanted, after: After | null): string =>
  [
    near !== undefined && 'near',
    service !== undefined && 'service',
    language !== undefined && 'language',
    wheelchair === true && 'wheelchair',
    after !== null && 'after',
  ]
    .filter((part) => typeof part === 'string')
    .join(' ');
