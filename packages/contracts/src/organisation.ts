import { z } from 'zod';
import { Id, line, name, Version } from './identifiers.ts';

/** The organisation of the platform's own clients: it is in no directory, and no facility or person is ever of it. */
export const platformOrganisationId = '00000000-0000-7000-8000-000000000001';

/** The only kinds of body that can have access. Police, border, security and foreign medical-examination bodies cannot be created. */
export const OrganisationKind = z.enum([
  'migration-service',
  'health-authority',
  'health-provider',
  'social-service',
  'ngo',
  'un-agency',
  'community-group',
]);
export type OrganisationKind = z.infer<typeof OrganisationKind>;

export const NewOrganisation = z.strictObject({
  kind: OrganisationKind,
  name: name(200).meta({ examples: ['Khatlon regional health department (sample)'] }),
});
export type NewOrganisation = z.infer<typeof NewOrganisation>;

export const Organisation = z.object({ id: Id, version: Version, ...NewOrganisation.shape, name: line(200) });
export type Organisation = z.infer<typeof Organisation>;
