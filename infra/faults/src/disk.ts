import { open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/** A disk that the servers keep their data on, small enough to be filled. */
export interface Disk {
  /** Takes all that is left of it. */
  fill(): Promise<void>;
  /** Gives back what was taken. */
  free(): Promise<void>;
}

const mebibyte = 1024 ** 2;
/** What Postgres and the brokers need to begin with, and what takes too long to fill. */
const [sizeMinMiB, sizeMaxMiB] = [1024, 8192];

/**
 * The disk that a folder is on.
 * @throws when its size is not that of a disk made for this
 */
export async function diskAt(folder: string): Promise<Disk> {
  const { blocks, bsize } = await statfs(folder);
  const sizeMiB = (blocks * bsize) / mebibyte;
  if (sizeMiB < sizeMinMiB || sizeMiB > sizeMaxMiB)
    throw new Error(
      `${folder} is on a disk of ${Math.round(sizeMiB)} MiB, which is not filled: give it one of ${sizeMinMiB} to ${sizeMaxMiB} MiB, ` +
        `such as mount -t tmpfs -o size=2g tmpfs ${folder} makes`,
    );
  const ballast = join(folder, 'ballast');
  return {
    async fill() {
      const file = await open(ballast, 'a');
      try {
        for (const size of [16 * mebibyte, mebibyte, 4096]) await writeUntilFull(() => file.write(Buffer.alloc(size)));
      } finally {
        await file.close();
      }
    },
    free: () => rm(ballast, { force: true }),
  };
}

async function writeUntilFull(write: () => Promise<unknown>): Promise<void> {
  for (;;)
    try {
      await write();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error; // Node's own errors carry a code
      return;
    }
}
