import { baseConfig, baseUrl, secret } from '@rohnamo/service-kit';
import { z } from 'zod';
import { timeLimitsTable } from './lifecycle/configured-limits.ts';

/** The environment of the referral service. */
export const referralConfig = baseConfig.extend({
  SERVICE_CLIENT_ID: z
    .string()
    .min(1)
    .describe('The client as which this service calls the registry and the directory'),
  SERVICE_CLIENT_SECRET: secret().describe('The secret of that client'),
  REGISTRY_URL: baseUrl().describe('Where the registry answers'),
  DIRECTORY_URL: baseUrl().describe('Where the directory answers'),
  TIME_LIMITS: timeLimitsTable()
    .optional()
    .describe(
      'What of the time limits is other than the default: JSON, or the path of a file of JSON; docs/time-limits.md has the form',
    ),
  ROUTINE_EXPIRY_HOURS: z.coerce
    .number()
    .positive()
    .max(24 * 365)
    .optional()
    .describe(
      'Hours after sending at which an undecided routine referral expires; may be a fraction; without it as TIME_LIMITS says, else 720',
    ),
  HOLIDAYS: z
    .string()
    .refine(
      (text) => text.split(',').every((day) => z.iso.date().safeParse(day).success),
      'must be dates, such as 2026-03-20,2026-05-27',
    )
    .optional()
    .describe('Public holidays beyond those of every year, comma-separated dates: the moveable feasts'),
  SLIP_STATUS_URL: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !url.includes('#'), 'must have no fragment: the code on the slip goes there')
    .optional()
    .describe(
      'The page where a person asks how their referral stands: the QR code of a slip leads there; without one it holds the code alone',
    ),
});
export type ReferralConfig = z.infer<typeof referralConfig>;
