import { resolve } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { optionsFault } from '@rohnamo/service-kit';
import type { Terminal } from './command.ts';

/** The person at the terminal has to call the command otherwise: says what to do. Exit code 2. */
export class CalledWrongly extends Error {
  override name = 'CalledWrongly';
}

/** The options of a command. @throws CalledWrongly for those that it does not have, and for loose words. */
export function optionsOf<Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new CalledWrongly(`${optionsFault(error)}.`);
  }
}

/** A path as it was typed: npm runs commands in the checkout, and says in INIT_CWD where the person is. */
export const typedPath = (path: string, { env }: Pick<Terminal, 'env'>): string =>
  resolve(env['INIT_CWD'] ?? '.', path);

/** Says of which option's file it is, where it cannot be read or is not what it should be. @throws CalledWrongly */
export async function reading<Value>(option: string, path: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof CalledWrongly) throw new CalledWrongly(`${option} ${path}: ${error.message}.`);
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    throw new CalledWrongly(
      `${option} ${path}: ${code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`}.`,
    );
  }
}
