import { CalledWrongly } from './called-wrongly.ts';
import type { Command, Terminal } from './command.ts';

/** The command line `rohnamo <command> …`. Answers the exit code. */
export async function rohnamo(
  commands: Readonly<Record<string, Command>>,
  [name, ...args]: readonly string[],
  terminal: Terminal,
): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    terminal.out(usage(commands));
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    terminal.say(`There is no command ${JSON.stringify(name)}.\n\n${usage(commands)}`);
    return 2;
  }
  return runCommand(command, args, terminal);
}

/** Runs one command. What it was called wrongly with is said together with how to call it; why it failed, with its causes. */
export async function runCommand(command: Command, args: readonly string[], terminal: Terminal): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    terminal.out(command.help);
    return 0;
  }
  try {
    return await command.run(args, terminal);
  } catch (error) {
    const isCalledWrongly = error instanceof CalledWrongly;
    terminal.say(isCalledWrongly ? `${error.message}\n\n${command.help}` : `${reasons(error).replace(/\.$/, '')}.\n`);
    return isCalledWrongly ? 2 : 1;
  }
}

function reasons(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.message || ('code' in error ? String(error.code) : error.name);
  return error.cause === undefined ? own : `${own}: ${reasons(error.cause)}`;
}

function usage(commands: Readonly<Record<string, Command>>): string {
  const width = Math.max(...Object.keys(commands).map(({ length }) => length));
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}\n`);
  return `rohnamo <command> [options]\n\n${lines.join('')}\nrohnamo <command> --help tells more.\n`;
}
