import type { ServiceDefinition } from '@rohnamo/service-kit';
import { createIdentity } from './app.ts';
import { runClients } from './clients/command-line.ts';
import { identityConfig, type IdentityConfig } from './config.ts';
import { ownIssuerKeys } from './tokens/own-tokens.ts';

/** The identity service, as it is run: alone, or with the others in one process. */
export const identity: ServiceDefinition<IdentityConfig> = {
  name: 'identity',
  description: 'gives clients the tokens with which they call every other service',
  config: identityConfig,
  migrationsFolder: new URL('../migrations', import.meta.url),
  commands: {
    clients: {
      summary: 'make, rotate, revoke and list the clients that may get tokens; clients --help tells more',
      run: (args, io) => runClients({ args, ...io }),
    },
  },
  issuerKeys: ownIssuerKeys,
  create: createIdentity,
};
