import type { ServiceDefinition } from '@rohnamo/service-kit';
import { createDirectory } from './app.ts';
import { directoryConfig, type DirectoryConfig } from './config.ts';
import { desksCommand } from './facilities/desks-command.ts';
import { placesCommand } from './places/command.ts';

/** The directory, as it is run: alone, or with the others in one process. */
export const directory: ServiceDefinition<DirectoryConfig> = {
  name: 'directory',
  description: 'keeps organisations, facilities and their offerings, and finds them',
  config: directoryConfig,
  migrationsFolder: new URL('../migrations', import.meta.url),
  commands: {
    desks: { summary: 'desks shared: list desks that several facilities name', run: desksCommand },
    places: {
      summary: 'places import <places.csv> [former-names.csv]: bring administrative units in',
      run: placesCommand,
    },
  },
  create: createDirectory,
};
