import { distinct, Id, OrganisationKind, Role, Scope, scopesOfRole } from '@rohnamo/contracts';
import { z } from 'zod';

/** What a client may be called: it stands in tokens, events and logs, so it says nothing about a person. */
export const clientIdPattern = /^[a-z][a-z0-9-]{2,62}[a-z0-9]$/;

/** More would not fit into a token: services take one of at most 8 KiB, and headers of 16. */
const placesMax = 100;

/** A client to be made. Its scopes are at most those of its role, and all of them where none are named. */
export const NewClient = z
  .strictObject({
    clientId: z
      .string()
      .regex(clientIdPattern, 'must be 4 to 64 of a-z 0-9 -, begin with a letter and end with a letter or digit'),
    role: Role,
    organisationId: Id,
    organisationKind: OrganisationKind,
    facilityIds: distinct(Id),
    deskIds: distinct(Id),
    scopes: distinct(Scope),
  })
  .check((context) => {
    const { role, scopes, facilityIds, deskIds } = context.value;
    const allowed: readonly Scope[] = scopesOfRole[role];
    const beyond = scopes.filter((scope) => !allowed.includes(scope));
    const refuse = (path: string, message: string) =>
      void context.issues.push({ code: 'custom', path: [path], message, input: context.value });
    if (beyond.length > 0)
      refuse('scopes', `a ${role} cannot have ${beyond.join(', ')}; it can have ${allowed.join(', ')}`);
    if (role === 'facility' && facilityIds.length === 0)
      refuse('facilityIds', 'a client of the role facility answers for at least one facility');
    if (role !== 'facility' && deskIds.length > 0) refuse('deskIds', `a ${role} has no desks`);
    if (facilityIds.length + deskIds.length > placesMax)
      refuse('facilityIds', `with the desks must be ${placesMax} at most`);
  })
  .transform((client) => ({
    ...client,
    scopes: scopesOfRole[client.role].filter((scope) => client.scopes.length === 0 || client.scopes.includes(scope)),
  }));
export type NewClient = z.infer<typeof NewClient>;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** A name for a client of a role: `facility-7f3kq9w2xd`. Ten letters and digits without i, l, o and u: 50 bits. */
export const newClientId = (role: Role, random: Uint8Array): string =>
  `${role}-${Array.from(random.subarray(0, 10), (byte) => alphabet[byte % alphabet.length]).join('')}`;
