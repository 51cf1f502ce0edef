import type { Ceiling } from './ceiling.ts';

const itemsMax = 20;
/** So many offerings are weighed, the nearest first, as in the product. */
const reachedMax = 200;

/**
 * Tables that the ceiling reads instead of the service's copies, each column of which it needs by itself. Made once, by who owns the
 * database.
 */
export const readyPlaces = `
  create table place_of_service as
    select offering.record ->> 'service' as service, offering.id as offering_id, facility.id as facility_id,
      sin(radians((facility.record #>> '{location,latitude}')::float8)) as sin_latitude, cos(radians((facility.record #>> '{location,latitude}')::float8)) as cos_latitude,
      radians((facility.record #>> '{location,longitude}')::float8) as longitude, (offering.record ->> 'placesPerWeek')::int as places,
      '"offeringId":"' || offering.id || '","facilityId":"' || facility.id || '","organisationId":"' || (facility.record ->> 'organisationId') || '","name":' || (facility.record ->> 'name') as told,
      (facility.record -> 'languages') ? 'tg' as speaks, (facility.record ->> 'wheelchairAccess')::boolean as step_free
    from offering join facility on facility.id = (offering.record ->> 'facilityId')::uuid;
  create index on place_of_service (service);
  grant select on place_of_service to referral_app;
  analyze place_of_service`;

const reason = (code: string, en: string, ru: string): string =>
  `{"code":"${code}","favours":true,"text":{"en":"${en}","ru":"${ru}"}}`;
const reasons = [
  reason('hours-unknown', 'its hours are not known: ring first', 'часы неизвестны: сначала позвоните'),
  reason('best-fit', 'offers what is looked for', 'предлагает то, что ищут'),
  reason('speaks-language', 'speaks Tajik', 'говорят по-таджикски'),
  reason('step-free', 'step-free', 'вход без ступеней'),
  reason('answers-within', 'usually answers within 2 days', 'обычно отвечает в течение 48 ч'),
].join(',');

/** The places of some services that are nearest to a point, the best first: by the way there, what is free now and how one gets in. */
const best = {
  name: 'recommendations',
  text: `select string_agg('{' || told || ',"distanceKm":' || round(km::numeric, 1) || ',"openPlaces":' || coalesce(open_places::text, 'null') || ',"reasons":[${reasons}]}', ','
      order by score desc) as items
    from (select told, km, open_places, 20 / (20 + km) + case when open_places is null then 0.6 else open_places / (open_places + 5.0) end + step_free::int + speaks::int as score
      from (select p.*, greatest(0, places - taken.tasks) as open_places
        from (select *, 6371.0088 * acos(least(1, sin(radians($1)) * sin_latitude + cos(radians($1)) * cos_latitude * cos(longitude - radians($2)))) as km
            from place_of_service where service = any($3) order by km limit ${reachedMax}) p
        cross join lateral (select count(*) as tasks from referral where offering_id = p.offering_id and (state in ('accepted', 'scheduled', 'no_show', 'in_service')
          or (state = 'cancel_requested' and previous_state in ('accepted', 'scheduled', 'no_show', 'in_service')))) taken) weighed
      order by score desc limit ${itemsMax}) ranked`,
};

interface Question {
  near: { latitude: number; longitude: number };
}
const services = ['injury-care', 'surgery', 'rehabilitation', 'assistive-devices', 'general-consultation'];

/** `POST /v1/recommendations` by need and point: as Postgres spells it. */
export const recommendations: Ceiling = (app, { pool }) => {
  app.post<{ Body: Question }>('/v1/recommendations', async (request, reply) => {
    const { latitude, longitude } = request.body.near;
    const { rows } = await pool.query<{ items: string | null }>({ ...best, values: [latitude, longitude, services] });
    return reply.type('application/json').send(`{"advice":null,"items":[${rows[0]?.items ?? ''}]}`);
  });
};
