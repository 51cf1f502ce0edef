import { baseConfig, secret } from '@rohnamo/service-kit';
import { z } from 'zod';

/** The environment of the referral service. */
export const referralConfig = baseConfig.extend({
  SERVICE_CLIENT_ID: z
    .string()
    .min(1)
    .describe('The client as which this service calls the registry and the directory'),
  SERVICE_CLIENT_SECRET: secret().describe('The secret of that client'),
  REGISTRY_URL: z.url().describe('Where the registry answers'),
  DIRECTORY_URL: z.url().describe('Where the directory answers'),
  ROUTINE_EXPIRY_HOURS: z.coerce
    .number()
    .positive()
    .max(24 * 365)
    .default(30 * 24)
    .describe('Hours after sending at which an undecided routine referral expires; may be a fraction'),
  HOLIDAYS: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}(,\d{4}-\d{2}-\d{2})*$/, 'must be dates, such as 2026-03-20,2026-05-27')
    .optional()
    .describe('Public holidays beyond those of every year, comma-separated dates: the moveable feasts'),
});
export type ReferralConfig = z.infer<typeof referralConfig>;
