import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { holdLock } from './lock.mjs';
import { runQuietly } from './run-quietly.mjs';

const NODE_VERSION = '24.21.0';
const PNPM_VERSION = '12.21.0';
const NODE_MAJOR = Number(NODE_VERSION.split('.')[0]);

/**
 * The pinned Node (this one, if it is new enough) and the pinned pnpm, fetched from the npm registry into `.tools` unless
 * they are there. Several processes may ask at once.
 * @returns {Promise<{ node: string, pnpm: string, environment: NodeJS.ProcessEnv }>} paths, and an environment whose PATH finds both.
 */
export async function bringTools({ root, nodeMajor }) {
  const folder = join(root, '.tools');
  const modules = join(folder, 'node_modules');
  const node = join(modules, 'node', 'bin', 'node');
  const pnpm = join(modules, 'pnpm', 'bin', 'pnpm.mjs');
  const ownNodeServes = nodeMajor >= NODE_MAJOR;
  const missing = () => [
    ...(ownNodeServes || isThere(join(modules, 'node'), NODE_VERSION, node) ? [] : [`Node ${NODE_VERSION}`]),
    ...(isThere(join(modules, 'pnpm'), PNPM_VERSION, pnpm) ? [] : [`pnpm ${PNPM_VERSION}`]),
  ];
  if (missing().length > 0) {
    mkdirSync(folder, { recursive: true });
    await holdLock(join(folder, 'tools.lock'), async () => {
      const wanted = missing(); // another process may have fetched them while we waited
      if (wanted.length > 0) await fetchTools({ folder, node, wanted, ownNodeServes });
    });
  }
  const path = [join(modules, 'node', 'bin'), join(modules, '.bin'), process.env.PATH].join(delimiter);
  return {
    node: ownNodeServes ? process.execPath : node,
    pnpm,
    environment: {
      ...process.env,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(folder, 'compile-cache'), // saves a third of what a start costs
      PATH: ownNodeServes ? [join(modules, '.bin'), process.env.PATH].join(delimiter) : path,
    },
  };
}

function isThere(packageFolder, version, file) {
  try {
    return (
      existsSync(file) && JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')).version === version
    );
  } catch {
    return false;
  }
}

/** Both in one call: npm takes away what an earlier call without --save brought. */
async function fetchTools({ folder, node, wanted, ownNodeServes }) {
  const packages = [`pnpm@${PNPM_VERSION}`, ...(ownNodeServes ? [] : [`node@${NODE_VERSION}`])];
  const quiet = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'];
  const remedy = 'check that npm reaches its registry (npm ping), and that the disk has 1 GB free.';
  await runQuietly({
    what: `fetching ${wanted.join(' and ')}`,
    command: 'npm',
    args: ['install', '--prefix', folder, ...quiet, '--ignore-scripts=false', ...packages],
    cwd: folder,
    env: process.env,
    remedy,
  });
  if (ownNodeServes || existsSync(node)) return;
  // The binary comes by the package's install script, which an npm that blocks such scripts has left out.
  await runQuietly({
    what: `unpacking Node ${NODE_VERSION}`,
    command: process.execPath,
    args: ['installArchSpecificPackage.js'],
    cwd: join(folder, 'node_modules', 'node'),
    env: process.env,
    remedy,
  });
}
