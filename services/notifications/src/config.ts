import { baseConfig, flag, isWellKnown, list, wholeNumber } from '@rohnamo/service-kit';
import { z } from 'zod';
import { isCidr } from './egress/addresses.ts';
import { isPortRange } from './egress/ports.ts';

/** The environment of notifications. */
export const notificationsConfig = baseConfig.extend({
  WEBHOOK_SECRET_KEY: z
    .string()
    .refine(
      (value) => Buffer.from(value, 'base64').length === 32 && !isWellKnown(value),
      'must be 32 random bytes in base64: make one with openssl rand -base64 32',
    )
    .describe('Key under which the signing secrets of webhooks are stored; without it none of them can be read'),
  WEBHOOK_FIRST_RETRY_MS: wholeNumber(1, 3_600_000)
    .default(5000)
    .describe('Pause before the first retry of a webhook, in milliseconds; the later ones grow in proportion'),
  EGRESS_ALLOW_HTTP: flag()
    .default(false)
    .describe('Whether webhooks may be plain http: for development alone, true or false'),
  EGRESS_ALLOWED_PRIVATE: list()
    .pipe(z.array(z.string().refine(isCidr, 'must be ranges such as 10.1.0.0/16, comma-separated')))
    .optional()
    .describe('Ranges of addresses that webhooks may reach although they are not public, comma-separated'),
  EGRESS_ALLOWED_PORTS: list()
    .pipe(z.array(z.string().refine(isPortRange, 'must be ports such as 443 or 1024-65535, comma-separated')))
    .default(['443', '8443'])
    .describe('Ports that webhooks may be on, also ranges such as 1024-65535, comma-separated'),
});
export type NotificationsConfig = z.infer<typeof notificationsConfig>;
