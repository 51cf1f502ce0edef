import type { Command } from '../src/command.ts';
import { runCommand } from '../src/rohnamo.ts';

/** Runs a command as if it were typed: its exit code, and what it printed. */
export async function typed(command: Command, args: readonly string[], env: Record<string, string> = {}) {
  const printed = { out: '', said: '' };
  const code = await runCommand(command, args, {
    env,
    out: (text) => void (printed.out += text),
    say: (text) => void (printed.said += text),
  });
  return { code, ...printed };
}
