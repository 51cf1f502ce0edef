import { pbkdf2 } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { createJournal } from '@rohnamo/journal';
import { z } from 'zod';
import { publicAccess } from '../src/access.ts';
import { baseConfig } from '../src/config.ts';
import { createServiceServer, type ServiceDefinition } from '../src/service.ts';

const scratch = pathToFileURL(createRequire(import.meta.url).resolve('@rohnamo/journal/testing'));
const sampleConfig = baseConfig.extend({
  SAMPLE_FAULT: z.enum(['start', 'rejection', 'stop', 'slow-log']).optional().describe('What goes wrong'),
});

/** The signal at which its slow requests are answered. */
export const endOfSlow = 'SIGUSR2';

/** A service as small as one can be, over the scratch tables of the journal's own tests. */
export const sample: ServiceDefinition<z.infer<typeof sampleConfig>> = {
  name: 'scratch',
  description: 'does nothing of use',
  config: sampleConfig,
  migrationsFolder: new URL('./migrations', scratch),
  commands: {
    greet: {
      summary: 'greet somebody',
      run: async ([whom = 'nobody'], { env, out, say }) => {
        out(`hello ${whom}`);
        say(`on port ${env['PORT']}`);
        return whom === 'nobody' ? 2 : 0;
      },
    },
  },
  async create(parts) {
    const { config, pool, logger, onError } = parts;
    if (config.SAMPLE_FAULT === 'start') throw new Error('Firuza Nazarova');
    const app = await createServiceServer(parts, { name: 'scratch', description: 'Sample.' });
    app.get('/slow', { config: { access: publicAccess } }, async () => {
      const ended = once(process, endOfSlow);
      logger.info('a slow request began');
      if (config.SAMPLE_FAULT === 'rejection') void Promise.reject(new Error('Firuza Nazarova'));
      await ended;
      return { done: true };
    });
    const journal = createJournal({ service: 'scratch', pool, subjects: {}, onError });
    const stop = async () => {
      await journal.stop();
      if (config.SAMPLE_FAULT === 'slow-log') pbkdf2('', '', 500_000, 64, 'sha512', () => undefined); // a thread less to write with
      logger.info('its journal has ended');
    };
    logger.info('built');
    return {
      app,
      journal: { ...journal, stop },
      start: () => logger.info('its own work has begun'),
      stop: () => {
        logger.info('its own work has ended');
        if (config.SAMPLE_FAULT === 'stop') throw new Error('it would not');
      },
    };
  },
};
