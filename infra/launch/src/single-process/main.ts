import process from 'node:process';
import { directory } from '@rohnamo/directory/service';
import { identity } from '@rohnamo/identity/service';
import { createExchange, inProcessTransport } from '@rohnamo/messaging';
import { notifications } from '@rohnamo/notifications/service';
import { referral } from '@rohnamo/referral/service';
import { registry } from '@rohnamo/registry/service';
import { runServices } from '@rohnamo/service-kit';
import { environmentFor } from './environments.ts';

/**
 * All services in one process, for a machine without a broker: each with its own environment, database, port and health, their
 * events by way of each other's journals. Variables of one service begin with its name: `REFERRAL__PORT`.
 */
const exchange = createExchange();
await runServices(
  [identity, registry, directory, referral, notifications].map((definition) => ({
    definition,
    environment: environmentFor(definition.name, process.env),
    transport: ({ onError }) => inProcessTransport({ onError, exchange }),
    processMetrics: definition === identity, // said once: it is one process
  })),
);
