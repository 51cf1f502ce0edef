import { createJournal } from '@rohnamo/journal';
import { baseConfig, type CommandIo, ConfigError, connectWithinMs, createPool, loadConfig } from '@rohnamo/service-kit';
import { readFile } from 'node:fs/promises';
import { subjects } from '../subjects.ts';
import { importPlaces } from './import.ts';
import { readPlaces, textOf, UnusableFile } from './read-csv.ts';

const importConfig = baseConfig.pick({ DATABASE_URL: true });
const usage = 'Usage: npm run service -- directory places import <places.csv> [former-names.csv]';

/**
 * `places import <places.csv> [former-names.csv]`: brings administrative units into the directory and says how many were made
 * and changed. Needs DATABASE_URL and a migrated database. The exit code: 0 done, 1 nothing could be written, 2 not understood.
 */
export async function placesCommand(args: readonly string[], { env, out, say }: CommandIo): Promise<number> {
  const [command, placesFile, formerNamesFile, ...rest] = args;
  if (command !== 'import' || placesFile === undefined || rest.length > 0) {
    say(`${usage}\n`);
    return 2;
  }
  try {
    const config = loadConfig(importConfig, env);
    const places = readPlaces(
      textOf(await readFile(placesFile), 'places'),
      formerNamesFile === undefined ? undefined : textOf(await readFile(formerNamesFile), 'former names'),
    );
    const pool = createPool(config.DATABASE_URL, { applicationName: 'directory places import', connectWithinMs });
    // The service that runs gives the entries their place in the journal, and publishes them.
    const journal = createJournal({ service: 'directory', pool, subjects, onError: () => undefined });
    try {
      const { made, changed, unchanged } = await importPlaces(journal, places, { now: () => new Date() });
      out(`places: ${made} made, ${changed} changed, ${unchanged} as they were\n`);
      return 0;
    } finally {
      await journal.stop();
      await pool.end();
    }
  } catch (error) {
    say(`${reasonOf(error)}\n`);
    return 1;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof UnusableFile || error instanceof ConfigError) return error.message;
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return `There is no file ${path ?? ''}.`;
  return `The places could not be written (${code ?? 'no code'}): is the database up and migrated? Importing again is safe.`;
}
