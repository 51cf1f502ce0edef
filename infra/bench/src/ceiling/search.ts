import type { Ceiling } from './ceiling.ts';
import { jsonSql } from './json-sql.ts';

const pageLength = 50;

/** How far a page reaches is known beforehand here: in facilities of one service a square degree. */
const reachOf = (perSquareDegree: number): number => 1.5 * Math.sqrt(pageLength / (Math.PI * perSquareDegree));

const facilityColumns = {
  id: 'plain',
  version: 'raw',
  organisation_id: 'plain',
  kind: 'plain',
  name: 'raw',
  latitude: 'raw',
  longitude: 'raw',
  district_id: 'plain',
  address: 'text',
  languages: 'list',
  wheelchair_access: 'raw',
  status: 'plain',
} as const;
const offeringColumns = {
  id: 'plain',
  version: 'raw',
  facility_id: 'plain',
  service: 'plain',
  pyramid_layer: 'raw',
  activity_group: 'plain',
  languages: 'list',
  hours: 'text',
  eligibility: 'text',
  cost: 'text',
  staff_women: 'raw',
  staff_men: 'raw',
  walk_ins: 'raw',
  capacity: 'plain',
  places_per_week: 'raw',
  verified_at: 'plain',
} as const;

/** The nearest facilities that offer a service, among those in a box that is known to hold a page of them. */
const nearest = {
  name: 'search',
  text: `with w as materialized (select facility_id as id from offering where service = $4 and capacity <> 'closed')
    select string_agg('{"facility":' || ${jsonSql('f', facilityColumns)} || ',"distanceKm":' || p.distance || ',"offerings":[' ||
      (select string_agg(${jsonSql('o', offeringColumns)}, ',') from offering o where o.facility_id = f.id) || ']}', ',' order by p.distance) as items
    from (select f.id, 6371.0088 * 2 * asin(sqrt(sin(radians(f.latitude - $1) / 2) ^ 2
          + cos(radians($1)) * cos(radians(f.latitude)) * sin(radians(f.longitude - $2) / 2) ^ 2)) as distance
        from w join facility f using (id)
        where f.status = 'open' and not f.location_confidential and point(f.longitude, f.latitude) <@ $3::box
        order by distance limit ${pageLength}) p join facility f using (id)`,
};

/** `GET /v1/facilities?near=…&service=…`: as Postgres spells it. */
export const search: Ceiling = (app, { pool }) => {
  let reach: Promise<number> | undefined;
  const countOnce = async () => {
    const { rows } = await pool.query<{ density: number }>(
      `select count(*) * 0.3 / ((max(latitude) - min(latitude)) * (max(longitude) - min(longitude))) as density from facility`,
    );
    return reachOf(Number(rows[0]?.density));
  };
  app.get<{ Querystring: { near: string; service: string } }>('/v1/facilities', async (request, reply) => {
    const [latitude = 0, longitude = 0] = request.query.near.split(',').map(Number);
    const degrees = await (reach ??= countOnce());
    const wide = degrees / Math.cos((latitude * Math.PI) / 180);
    const box = `((${longitude - wide},${latitude - degrees}),(${longitude + wide},${latitude + degrees}))`;
    const { rows } = await pool.query<{ items: string }>({
      ...nearest,
      values: [latitude, longitude, box, request.query.service],
    });
    return reply.type('application/json').send(`{"items":[${rows[0]?.items ?? ''}]}`);
  });
};
