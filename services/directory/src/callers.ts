import { Role, type Scope, scopesOfRole } from '@rohnamo/contracts';
import { allow, type Caller } from '@rohnamo/service-kit';

const mayRead = (role: Role): boolean => (scopesOfRole[role] as readonly Scope[]).includes('directory:read');

/** Whoever has a token that reads the directory. */
export const readers = allow({ roles: Role.options.filter(mayRead), scope: 'directory:read' });

export const administrators = allow({ roles: ['directory-admin'], scope: 'directory:write' });

/** Who keeps offerings up to date: administrators everywhere, a facility its own ({@link keepsOfferingsOf}). */
export const offeringKeepers = allow({ roles: ['directory-admin', 'facility'], scope: 'directory:write' });

type Who = Pick<Caller, 'role' | 'organisationId' | 'facilityIds'>;

export const keepsOfferingsOf = ({ role, facilityIds }: Who, facilityId: string): boolean =>
  role === 'directory-admin' || (role === 'facility' && facilityIds.includes(facilityId));

/** Whether a confidential place of this organisation is no secret to the caller. */
export const knowsPlacesOf = ({ role, organisationId }: Who, ownerId: string): boolean =>
  role === 'directory-admin' || organisationId === ownerId;

/**
 * Whether the caller is told of desks: which offering belongs to one tells what it is for. The other services are told, which route by them.
 */
export const knowsDesksOf = (caller: Who, ownerId: string): boolean =>
  caller.role === 'service' || knowsPlacesOf(caller, ownerId);
