import { baseConfig, httpUrl, list, secret } from '@rohnamo/service-kit';
import { z } from 'zod';
import { timeLimitsTable } from './lifecycle/configured-limits.ts';

/** The environment of the referral service. */
export const referralConfig = baseConfig.extend({
  SERVICE_CLIENT_ID: baseConfig.shape.SERVICE_CLIENT_ID.unwrap().describe(
    'The client as which this service calls the registry and the directory',
  ),
  SERVICE_CLIENT_SECRET: secret().describe('The secret of that client'),
  REGISTRY_URL: httpUrl().describe('Where the registry answers'),
  DIRECTORY_URL: httpUrl().describe('Where the directory answers'),
  TIME_LIMITS: timeLimitsTable()
    .optional()
    .describe(
      'What of the time limits is other than the default: JSON, or the path of a file of JSON; docs/time-limits.md has the form',
    ),
  ROUTINE_EXPIRY_HOURS: z
    .string()
    .regex(/^\d{1,15}(\.\d{1,20})?$/, 'must be a number of hours, such as 36 or 0.5')
    .transform(Number)
    .pipe(
      z
        .number()
        .positive()
        .max(24 * 365),
    )
    .optional()
    .describe(
      'Hours after sending at which an undecided routine referral expires; may be a fraction; without it as TIME_LIMITS says, else 720',
    ),
  HOLIDAYS: list()
    .pipe(z.array(z.iso.date('must be dates, such as 2026-03-20,2026-05-27')))
    .optional()
    .describe('Public holidays beyond those of every year, comma-separated dates: the moveable feasts'),
  SLIP_STATUS_URL: httpUrl({ mayHaveQuery: true })
    .optional()
    .describe(
      'The page where a person asks how their referral stands: the QR code of a slip leads there; without one it holds the code alone',
    ),
});
export type ReferralConfig = z.infer<typeof referralConfig>;
