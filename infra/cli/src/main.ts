import { backup } from './backup/command.ts';
import type { Command } from './command.ts';
import { exportEntries } from './export/export.ts';
import { restore } from './restore/command.ts';
import { rohnamo } from './rohnamo.ts';
import { verify } from './verify/verify.ts';

const commands: Record<string, Command> = {
  export: exportEntries,
  verify,
  backup,
  restore,
};

process.exitCode = await rohnamo(commands, process.argv.slice(2), {
  env: process.env,
  out: (text) => void process.stdout.write(text),
  say: (text) => void process.stderr.write(text),
});
