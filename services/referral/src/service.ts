import { createServiceClient, type ServiceDefinition } from '@rohnamo/service-kit';
import { createReferral } from './app.ts';
import { handOverCommand } from './hand-over/command.ts';
import { referralConfig, type ReferralConfig } from './config.ts';

/** The referral service, as it is run: alone, or with the others in one process. */
export const referral: ServiceDefinition<ReferralConfig> = {
  name: 'referral',
  description: 'carries referrals from those who refer to those who help, and keeps their trail',
  config: referralConfig,
  migrationsFolder: new URL('../migrations', import.meta.url),
  commands: {
    'hand-over': {
      summary:
        'hand-over --from <id> --to <id> --to-kind <kind> --reason <code> [--reference <ref>]: give all cases of a closed office away',
      run: handOverCommand,
    },
  },
  async create(parts) {
    const { config, serviceToken: token } = parts;
    if (token === undefined) throw new Error('OIDC_ISSUERS names no issuer to get tokens from');
    const registry = createServiceClient({ baseUrl: config.REGISTRY_URL, token });
    const directory = createServiceClient({ baseUrl: config.DIRECTORY_URL, token });
    const service = await createReferral({ ...parts, registry, directory });
    return {
      ...service,
      async stop() {
        await service.stop();
        await Promise.all([registry.close(), directory.close()]);
      },
    };
  },
};
