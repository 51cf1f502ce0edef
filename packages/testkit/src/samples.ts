import { randomUUID } from 'node:crypto';
import type {
  Facility,
  NewBeneficiary,
  NewConsent,
  NewFacility,
  NewOffering,
  NewReferral,
  Offering,
} from '@rohnamo/contracts';

/** An id as a client makes it: a UUID of version 7 that says the time it was made at. */
export const aClientMadeId = (madeAt: Date = new Date()): string => {
  const time = madeAt.getTime().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
};

/** Made-up people and places for tests: valid as they are, with any field put otherwise. */

export const aBeneficiary = (other: Partial<NewBeneficiary> = {}) => ({
  givenName: 'Фирӯза',
  familyName: 'Назарова',
  sex: 'female' as const,
  birthDate: '1994-03-21',
  phone: '+992000000001',
  language: 'tg' as const,
  districtId: 'TJK003D010',
  returnCountry: 'RU',
  ...other,
});

export const aConsent = (recipientOrganisationId: string, other: Partial<NewConsent> = {}) => ({
  recipientOrganisationId,
  dataCategories: ['identity', 'contact', 'health'] satisfies NewConsent['dataCategories'],
  method: 'written' as const,
  languageRead: 'tg',
  textVersion: '2026-01',
  ...other,
});

export const aFacility = (organisationId: string, other: Partial<NewFacility> = {}) => ({
  organisationId,
  kind: 'rural-health-centre' as const,
  name: { tg: 'Маркази саломатии Кӯлоб', en: 'Kulob health centre (sample)' },
  location: { latitude: 37.91459, longitude: 69.78454 },
  desks: [],
  ...other,
});

export const anOffering = (other: Partial<NewOffering> = {}) => ({ service: 'injury-care', pyramidLayer: 1, ...other });

/** A facility as the directory has recorded it, of an organisation of its own. */
export const aRecordedFacility = (other: Partial<Facility> = {}): Facility => ({
  id: randomUUID(),
  version: 1,
  locationConfidential: false,
  languages: ['tg'],
  wheelchairAccess: false,
  status: 'open',
  ...aFacility(randomUUID()),
  address: null,
  ...other,
});

/** An offering as the directory has recorded it. */
export const aRecordedOffering = (facilityId: string, other: Partial<Offering> = {}): Offering => ({
  id: randomUUID(),
  version: 1,
  facilityId,
  languages: ['tg'],
  staffWomen: true,
  staffMen: true,
  walkIns: false,
  capacity: 'open',
  verifiedAt: '2026-11-01T00:00:00.000Z',
  ...anOffering(),
  ...other,
});

export const aReferral = (
  named: Pick<NewReferral, 'beneficiaryId' | 'offeringId' | 'consentId'>,
  other: Partial<NewReferral> = {},
) => ({
  needCategory: 'physical-injury' as const,
  safeContact: { method: 'phone' as const, phone: '+992000000001' },
  ...named,
  ...other,
});
