import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { holdLock } from './lock.mjs';
import { runQuietly } from './run-quietly.mjs';

/**
 * Installs the workspace exactly as the lockfile says, unless the last installation that succeeded was of the same
 * lockfile and settings. Where packages come from is the machine's own npm setting.
 */
export async function installWorkspace({ root, tools }) {
  const stamp = join(root, '.tools', 'installed');
  const wanted = fingerprint(root);
  const isInstalled = () =>
    existsSync(join(root, 'node_modules', '.modules.yaml')) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === wanted;
  if (isInstalled()) return;
  await holdLock(join(root, '.tools', 'install.lock'), async () => {
    if (isInstalled()) return;
    await runQuietly({
      what: 'installing packages',
      command: tools.node,
      args: [
        tools.pnpm,
        'install',
        '--frozen-lockfile',
        '--config.confirm-modules-purge=false',
        '--reporter=append-only',
      ],
      cwd: root,
      env: tools.environment,
      remedy:
        'if a package could not be fetched, check that npm reaches its registry; ' +
        'if the lockfile is out of date, run node .tools/node_modules/pnpm/bin/pnpm.mjs install and commit it.',
    });
    writeFileSync(stamp, wanted);
  });
}

/** Of the lockfile, and of the settings that decide which packages may build. */
function fingerprint(root) {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}
