import { describe, expect, it } from 'vitest';
import type { Command } from './command.ts';
import { rohnamo } from './rohnamo.ts';

const greet: Command = {
  summary: 'says hello',
  help: 'rohnamo greet <name>\n',
  run: async ([name], { out }) => {
    out(`hello ${name}\n`);
    return 0;
  },
};

async function typed(...words: string[]) {
  const said = { out: '', say: '' };
  const code = await rohnamo({ greet }, words, {
    env: {},
    out: (text) => void (said.out += text),
    say: (text) => void (said.say += text),
  });
  return { code, ...said };
}

describe('rohnamo', () => {
  it('runs the command that is named, with what follows', async () => {
    expect(await typed('greet', 'Firuza')).toEqual({ code: 0, out: 'hello Firuza\n', say: '' });
  });

  it.each([[[]], [['--help']], [['help']]])('lists its commands when asked %j', async (words) => {
    expect(await typed(...words)).toMatchObject({ code: 0, out: expect.stringContaining('greet  says hello') });
  });

  it('prints what a command does instead of doing it', async () => {
    expect(await typed('greet', '--help')).toEqual({ code: 0, out: 'rohnamo greet <name>\n', say: '' });
  });

  it.each(['fly', 'toString'])('refuses %s, which is no command, and lists those there are', async (word) => {
    expect(await typed(word)).toMatchObject({
      code: 2,
      out: '',
      say: expect.stringMatching(/There is no command .*greet/s),
    });
  });
});
