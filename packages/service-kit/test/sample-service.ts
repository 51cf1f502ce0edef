import { z } from 'zod';
import { publicAccess } from '../src/access.ts';
import { baseConfig } from '../src/config.ts';
import { runService } from '../src/lifecycle.ts';
import { createServer } from '../src/server.ts';
import { createVerifier } from '../src/verifier.ts';

/** A service as small as one can be, for tests of how a process starts and stops. */
await runService({
  name: 'sample',
  description: 'does nothing of use',
  config: baseConfig.extend({
    SAMPLE_FAULT: z.enum(['start', 'rejection', 'stop']).optional().describe('What goes wrong'),
  }),
  migrate: async () => {
    process.stdout.write('{"msg":"migrating"}\n');
  },
  start: async ({ config, logger, health, metrics, onStop, listen }) => {
    if (config.SAMPLE_FAULT === 'start') throw new Error('Firuza Nazarova');
    const verifier = createVerifier({ issuers: config.OIDC_ISSUERS, audience: config.TOKEN_AUDIENCE });
    const app = await createServer({ name: 'sample', description: 'Sample.', logger, verifier, metrics, health });
    app.get('/slow', { config: { access: publicAccess } }, async () => {
      logger.info('a slow request began');
      if (config.SAMPLE_FAULT === 'rejection') void Promise.reject(new Error('Firuza Nazarova'));
      await new Promise((resolve) => {
        setTimeout(resolve, 400);
      });
      return { done: true };
    });
    onStop('pool', () => {
      logger.info('the pool is closed');
      if (config.SAMPLE_FAULT === 'stop') throw new Error('it would not');
    });
    onStop('consumers', () => logger.info('the consumers are closed'));
    await listen(app);
  },
});
