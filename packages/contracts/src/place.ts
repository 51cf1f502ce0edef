import { z } from 'zod';
import { Location, MultilingualName } from './facility.ts';
import { line, Version } from './identifiers.ts';

/** The code of an administrative unit, as its source gives it. Codes are imported, never invented. */
export const PlaceId = line(32).meta({ examples: ['TJK003D010'] });
export type PlaceId = z.infer<typeof PlaceId>;

/** How deep a unit lies: 1 region, 2 district or town, 3 jamoat, 4 village. */
export const PlaceLevel = z.int().min(1).max(4);
export type PlaceLevel = z.infer<typeof PlaceLevel>;

/** An administrative unit. Names may occur twice, and former names stay searchable. */
export const Place = z.object({
  id: PlaceId,
  version: Version,
  level: PlaceLevel,
  parentId: PlaceId.nullable(),
  name: MultilingualName,
  formerNames: z.array(line(200)).meta({ examples: [['Қӯрғонтеппа', 'Qurghonteppa']] }),
  location: Location.nullable(),
});
export type Place = z.infer<typeof Place>;
