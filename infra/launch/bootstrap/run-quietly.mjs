import { spawn } from 'node:child_process';

const PROGRESS_INTERVAL_MS = 10_000;
const OUTPUT_TAIL_CHARS = 8_000;

/** One line of progress, on the error stream so that output can be piped. */
export function say(message) {
  process.stderr.write(`rohnamo: ${message}\n`);
}

/** Says what is wrong and what to do, and ends the process. */
export function fail(problem, remedy) {
  say(problem);
  say(`what to do: ${remedy}`);
  process.exit(1);
}

/**
 * Runs a program to its end and shows nothing of it while all is well: only what is being done, and every ten seconds for
 * how long. If it fails, shows the end of what it printed, and the remedy, and ends this process.
 */
export async function runQuietly({ what, command, args, cwd, env, remedy }) {
  say(`${what} …`);
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  const ticker = setInterval(() => say(`still ${what} (${seconds()} s)`), PROGRESS_INTERVAL_MS);
  const { code, output, error } = await new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-OUTPUT_TAIL_CHARS);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ code: null, output, error }));
    child.on('close', (code, signal) => resolve({ code, output, error: signal && new Error(`ended by ${signal}`) }));
  });
  clearInterval(ticker);
  if (code === 0) return;
  if (error?.code === 'ENOENT') fail(`${what} failed: there is no ${command}.`, 'install Node 20 or newer with npm.');
  process.stderr.write(output);
  fail(`${what} failed (${error ? error.message : `exit code ${code}`}).`, remedy);
}
