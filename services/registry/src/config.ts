import { baseConfig, httpUrl, list, wholeNumber } from '@rohnamo/service-kit';
import { isSupportedCountry } from 'libphonenumber-js';
import { z } from 'zod';

/** The environment of the registry. As a client it asks the directory whether districts and recipients exist, and nothing else. */
export const registryConfig = baseConfig
  .extend({
    DIRECTORY_URL: httpUrl()
      .optional()
      .describe(
        'Where the directory answers, to look districts and recipients up; with a service client, or they are not',
      ),
    TIME_ZONE: z
      .string()
      .refine(isTimeZone, 'must be an IANA time zone')
      .default('Asia/Dushanbe')
      .describe('Where a day begins, for ages'),
    PHONE_REGION: z
      .string()
      .refine(isSupportedCountry, 'must be an ISO 3166-1 alpha-2 code')
      .default('TJ')
      .describe('Country of telephone numbers that an intake row gives without one'),
    CONSENT_AGE_ASSENT: wholeNumber(0, 30)
      .default(6)
      .describe('Age from which a child is asked beside the caregiver; the strictest law that applies decides'),
    CONSENT_AGE_OWN: wholeNumber(0, 30).default(15).describe('Age from which a minor consents in person'),
    CONSENT_AGE_ADULT: wholeNumber(1, 30).default(18).describe('Age from which a person is an adult'),
    CONSENT_TEXT_VERSIONS: list()
      .pipe(z.array(z.string().max(32)))
      .default(['2026-01'])
      .describe('Versions of the consent text that persons are read here, comma-separated'),
    INTAKE_BYTES_MAX: wholeNumber(1024, 16 * 1024 ** 3)
      .default(256 * 1024 ** 2)
      .describe('Bytes that one intake upload may have'),
    INTAKE_UPLOAD_SECONDS_MAX: wholeNumber(30, 24 * 3600)
      .default(900)
      .describe('Seconds that one request may take to arrive, an upload over a slow line included'),
    INTAKE_TAKE_BACK_DAYS: wholeNumber(1, 365)
      .default(30)
      .describe('Days for which it is kept what the rows of a batch did, so that it can be told and taken back'),
    INTAKE_CHUNK_ROWS: wholeNumber(1, 5000).default(500).describe('Intake rows that are worked off in one commit'),
  })
  .refine((config) => config.DIRECTORY_URL === undefined || config.SERVICE_CLIENT_ID !== undefined, {
    path: ['SERVICE_CLIENT_ID'],
    error: 'is required where DIRECTORY_URL is set: without a client nothing could be asked there',
  })
  .refine((config) => config.CONSENT_AGE_ASSENT <= config.CONSENT_AGE_OWN, {
    path: ['CONSENT_AGE_OWN'],
    error: 'must not lie below CONSENT_AGE_ASSENT',
  })
  .refine((config) => config.CONSENT_AGE_OWN <= config.CONSENT_AGE_ADULT, {
    path: ['CONSENT_AGE_ADULT'],
    error: 'must not lie below CONSENT_AGE_OWN',
  });
export type RegistryConfig = z.infer<typeof registryConfig>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
