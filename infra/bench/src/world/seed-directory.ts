import { chanceSql } from './chance.ts';
import { facilityOrganisation, idSql, service } from './ids.ts';
import type { Range } from './seed-referral.ts';
import type { Query } from './stage.ts';

/** The country, roughly: where facilities lie and where somebody looks for them. */
export const country = { south: 37, north: 40.5, west: 68, east: 73 } as const;
/** Services that facilities offer, three each: so three in ten facilities offer the one that is looked for. */
const services = [service, ...Array.from({ length: 9 }, (_, index) => `service-${index}`)];

/** Open facilities, spread evenly over the country by numbers that only look random, each with three services. */
export async function seedFacilities(query: Query, { from, to }: Range): Promise<void> {
  const share = (salt: string) => chanceSql('n', salt);
  await query(
    `insert into facility (id, version, organisation_id, kind, name, name_beginnings, latitude, longitude, location_confidential,
       district_id, languages, wheelchair_access, desks, status)
     select ${idSql('facility', 'n')}, 1, '${facilityOrganisation}', 'rural-health-centre',
       jsonb_build_object('tg', 'Маркази саломатии ' || n || ' (намуна)', 'en', 'Health centre ' || n || ' (sample)'),
       array['m', 'ma', 'mar', 's', 'sa', 'sal', 'h', 'he', 'c', 'ce', n::text],
       ${country.south} + ${country.north - country.south} * ${share('latitude')}, ${country.west} + ${country.east - country.west} * ${share('longitude')},
       false, 'TJK003D0' || (10 + n % 60), '{tg,ru}', n % 3 = 0, '[]', 'open'
     from generate_series($1::int, $2::int) n`,
    [from, to - 1],
  );
  await query(
    `insert into offering (id, version, facility_id, service, pyramid_layer, languages, staff_women, staff_men, walk_ins, capacity, verified_at)
     select gen_random_uuid(), 1, ${idSql('facility', 'n')}, ($3::text[])[1 + (n + 3 * i) % ${services.length}], 1, '{tg}', true, true, false, 'open', now()
     from generate_series($1::int, $2::int) n, generate_series(0, 2) i`,
    [from, to - 1, services],
  );
}

const round = (degrees: number): number => Math.round(degrees * 1e5) / 1e5;

/** A thousand places from which somebody looks, away from the borders. */
export const pointsOfView: readonly { latitude: number; longitude: number }[] = Array.from(
  { length: 1000 },
  (_, index) => ({
    latitude: round(country.south + 0.5 + ((index * 0.618034) % 1) * (country.north - country.south - 1)),
    longitude: round(country.west + 0.5 + ((index * 0.754878) % 1) * (country.east - country.west - 1)),
  }),
);
