import { FacilityKind, Language, PlaceId, ServiceCode } from '@rohnamo/contracts';
import { PageQuery } from '@rohnamo/service-kit';
import { z } from 'zod';
import { NameSought } from '../names/name-sought.ts';

/** How far a search looks at most, in km, and how far it looks unless told. Wider than the country. */
export const radiusKmMax = 1000;

/** `38.56,68.77`: WGS 84 degrees, latitude first. */
const Near = z
  .string()
  .regex(
    /^-?\d{1,2}(\.\d{1,12})?,-?\d{1,3}(\.\d{1,12})?$/,
    'must be latitude,longitude in degrees, such as 38.56,68.77',
  )
  .meta({ examples: ['38.56,68.77'] })
  .transform((text) => {
    const [latitude = 0, longitude = 0] = text.split(',').map(Number);
    return { latitude, longitude };
  })
  .refine(
    ({ latitude, longitude }) => Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180,
    'must lie within 90 degrees of latitude and 180 of longitude',
  )
  .describe('A point as latitude,longitude: the nearest facility comes first. Never the home of a person');

/** The query of the public look-up. */
export const SearchQuery = PageQuery.extend({
  near: Near.optional(),
  radiusKm: z
    .string()
    .regex(/^\d{1,4}(\.\d{1,3})?$/, 'must be a number of kilometres')
    .meta({ examples: ['50'] })
    .transform(Number)
    .pipe(z.number().gt(0).max(radiusKmMax))
    .optional()
    .describe(`Kilometres around \`near\`, at most and unless told ${radiusKmMax}`),
  service: ServiceCode.optional().describe(
    'Only facilities that offer this service, other than with the capacity closed',
  ),
  kind: FacilityKind.optional().describe('Only facilities of this kind'),
  district: PlaceId.optional().describe('Only in this district: the id of a place'),
  name: NameSought.optional()
    .describe('Every word begins a word of one of its names, in whatever script or spelling')
    .meta({ examples: ['Shugnan'] }),
  language: Language.optional().describe('Spoken at the facility, or for the service asked for'),
  wheelchair: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .describe('true: only where a wheelchair gets in'),
}).refine(({ near, radiusKm }) => near !== undefined || radiusKm === undefined, {
  path: ['radiusKm'],
  message: 'needs near',
});
export type SearchQuery = z.infer<typeof SearchQuery>;
