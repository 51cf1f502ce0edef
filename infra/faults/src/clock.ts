import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A process's own clock for the time of day. How long something takes stays true, as on a machine whose clock is set. */
export interface Clock {
  /** For the process that is to have it. */
  environment: Record<string, string>;
  /** So far before or behind the machine's from now on; 0 sets it right. */
  set(byMs: number): Promise<void>;
}

/** Where Debian's package `faketime` has its library (https://github.com/wolfcw/libfaketime). */
const libraries = ['x86_64', 'aarch64'].map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`);

/** @throws where libfaketime is not installed */
export function clockLibrary(): string {
  const library = libraries.find((file) => existsSync(file));
  if (library === undefined) throw new Error('clocks are set by libfaketime: apt-get install faketime');
  return library;
}

/** @param name whose clock it is @param folder where its setting is kept */
export async function createClock(library: string, { name, folder }: { name: string; folder: string }): Promise<Clock> {
  const setting = join(folder, `${name}.clock`);
  const set = async (byMs: number): Promise<void> => {
    const seconds = byMs / 1000;
    await writeFile(`${setting}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`);
    await rename(`${setting}.new`, setting); // never seen half written
  };
  await set(0);
  return {
    environment: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: setting,
      FAKETIME_CACHE_DURATION: '1',
      DONT_FAKE_MONOTONIC: '1',
    },
    set,
  };
}
