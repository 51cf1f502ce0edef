import { chanceSql } from './chance.ts';
import { facilityCount, facilityOrganisation, idOf, idSql, service } from './ids.ts';
import { country } from './seed-directory.ts';
import { othersFacilityCount } from './seed-referral.ts';
import type { Query } from './stage.ts';

/** The caller's own facilities and those of others. */
export const placeCount = facilityCount + othersFacilityCount;

/** What the places offer in turn; all of it answers the need that is asked for. */
const services = [service, 'rehabilitation', 'general-consultation', 'surgery', 'assistive-devices'];

const chance = (salt: string): string => chanceSql('n', salt);
const organisation = `case when n < ${facilityCount} then '${facilityOrganisation}' else '${idOf('organisation', 4)}' end`;

/** The referral service's copies of all facilities of a country, spread evenly over it: open, with one offering each, of which every other says how many places it has. */
export async function seedPlacesOfTheCountry(query: Query): Promise<void> {
  await query(
    `insert into facility (id, version, record)
     select ${idSql('facility', 'n')}, 1, jsonb_build_object('id', ${idSql('facility', 'n')}, 'version', 1, 'organisationId', ${organisation},
       'kind', 'rural-health-centre', 'name', jsonb_build_object('tg', 'Маркази саломатии ' || n || ' (намуна)', 'en', 'Health centre ' || n || ' (sample)'),
       'location', jsonb_build_object('latitude', round((${country.south} + ${country.north - country.south} * ${chance('latitude')})::numeric, 5),
         'longitude', round((${country.west} + ${country.east - country.west} * ${chance('longitude')})::numeric, 5)),
       'locationConfidential', false, 'address', null, 'districtId', 'TJK003D0' || (10 + n % 60), 'languages', '["tg"]'::jsonb,
       'wheelchairAccess', n % 3 = 0, 'desks', '[]'::jsonb, 'status', 'open')
     from generate_series(0, $1::int - 1) n`,
    [placeCount],
  );
  await query(
    `insert into offering (id, version, record)
     select ${idSql('offering', 'n')}, 1, jsonb_strip_nulls(jsonb_build_object('id', ${idSql('offering', 'n')}, 'version', 1, 'facilityId', ${idSql('facility', 'n')},
       'service', ($2::text[])[1 + n % ${services.length}], 'pyramidLayer', 1, 'languages', '["tg"]'::jsonb, 'staffWomen', true, 'staffMen', true,
       'walkIns', false, 'capacity', 'open', 'placesPerWeek', case when n % 2 = 0 then 20 + n % 50 end, 'verifiedAt', '2026-11-01T00:00:00.000Z'))
     from generate_series(0, $1::int - 1) n`,
    [placeCount, services],
  );
}
