import { brokers, loadConfig, superuserUrl } from '@rohnamo/service-kit';
import { z } from 'zod';

const patienceMax = 1000;

/** What `npm start` is told by its environment beyond its flags. */
const startEnvironment = z.object({
  ROHNAMO_PATIENCE: z
    .string()
    .refine(
      (text) => /^\d{1,4}(\.\d{1,6})?$/.test(text) && Number(text) >= 1 && Number(text) <= patienceMax,
      `must be a number from 1 to ${patienceMax}`,
    )
    .optional()
    .describe('How many times longer than usual every limit of the start is'),
  ROHNAMO_POSTGRES_URL: superuserUrl().optional().describe('Your own Postgres, as its superuser'),
  ROHNAMO_KAFKA_BROKERS: brokers()
    .refine((addresses) => addresses.join() !== 'none', 'must be host:port: say --transport in-process for none')
    .optional()
    .describe('Your own Kafka'),
});

/** Sees that what the environment says can be understood. @throws ConfigError, which says each variable and what to set */
export function checkStartEnvironment(environment: Readonly<Record<string, string | undefined>>): void {
  loadConfig(startEnvironment, environment);
}
