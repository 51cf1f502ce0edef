import {
  Facility,
  FacilityFound,
  FacilityPatch,
  NewFacility,
  NewOffering,
  NewOrganisation,
  Offering,
  OfferingPatch,
  Organisation,
  Place,
} from '@rohnamo/contracts';
import { createJournal, uuidV7 } from '@rohnamo/journal';
import { createServiceServer, type RunningService, type ServerConfig, type ServiceParts } from '@rohnamo/service-kit';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Context } from './context.ts';
import { registerFacilities } from './facilities/routes.ts';
import { registerOfferings } from './offerings/routes.ts';
import { registerOrganisations } from './organisations/routes.ts';
import { registerPlaces } from './places/routes.ts';
import { registerSearch } from './search/routes.ts';
import { subjects } from './subjects.ts';

export interface DirectoryParts extends ServiceParts<ServerConfig> {
  newId?: () => string;
}

/** The directory: its routes, and its journal. It hears of nothing, and does nothing by itself. */
export async function createDirectory({ newId = uuidV7, ...parts }: DirectoryParts) {
  const { pool, now, onError } = parts;
  const journal = createJournal({ service: 'directory', pool, subjects, onError });
  const context: Context = { journal, db: drizzle(pool), now, newId };

  const app = await createServiceServer(parts, {
    name: 'directory',
    description:
      'Organisations, their facilities, what those offer, and the places they lie in. The look-up of facilities is public.',
    tags: {
      organisations: 'Bodies that have access',
      facilities: 'Places that deliver services, and the public look-up of them',
      offerings: 'What a facility offers, and on what conditions',
      places: 'Administrative units',
    },
    schemas: {
      Organisation,
      NewOrganisation,
      Facility,
      NewFacility,
      FacilityPatch,
      FacilityFound,
      Offering,
      NewOffering,
      OfferingPatch,
      Place,
    },
  });
  registerOrganisations(app, context);
  registerSearch(app, context);
  registerFacilities(app, context);
  registerOfferings(app, context);
  registerPlaces(app, context);

  return { app, journal } satisfies RunningService;
}
