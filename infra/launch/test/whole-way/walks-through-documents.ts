import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { workspaceRoot } from '../../src/workspace-root.ts';
import type { OwnStack } from './running-stack.ts';

const run = promisify(execFile);
const heading = '## Five minutes with curl';

/** The walk-through as a newcomer does it: block after block, in one shell, in a checkout whose stack runs. */
export function itWalksThroughTheReadme(stack: () => OwnStack): void {
  it(
    'every step of the README’s walk with curl succeeds, and prints what the README says',
    { timeout: 60_000 },
    async () => {
      const readme = readFileSync(join(workspaceRoot, 'README.md'), 'utf8');
      const steps = stepsOf(readme.split(`\n${heading}\n`)[1]?.split('\n## ')[0] ?? '');
      expect(steps.length).toBeGreaterThan(8);
      await walkThrough(steps, stack());
    },
  );
}

/** The auditor's guide, the same way: what it runs is this workspace's command, without what npm brings first. */
export function itWalksThroughTheAuditorGuide(stack: () => OwnStack): void {
  it('every step of the auditor guide succeeds, and prints what the guide says', { timeout: 120_000 }, async () => {
    const steps = stepsOf(readFileSync(join(workspaceRoot, 'docs', 'auditor-guide.md'), 'utf8'));
    expect(steps.length).toBeGreaterThan(3);
    const main = join(workspaceRoot, 'infra', 'cli', 'src', 'main.ts');
    const npm = `npm() { [ "$1 $2 $3 $4" = 'run --silent rohnamo --' ] && shift 4 && node '${main}' "$@"; }`;
    await walkThrough(steps, stack(), npm);
  });
}

async function walkThrough(steps: readonly Step[], stack: OwnStack, ...prelude: string[]): Promise<void> {
  const each = steps.map(({ commands }, i) => `${commands}\necho '${markerOf(i)}'`);
  const { stdout } = await run('bash', ['-c', ['set -euo pipefail', ...prelude, ...each].join('\n')], {
    cwd: stack.checkout,
    env: {
      PATH: [join(process.execPath, '..'), process.env['PATH']].join(':'),
      LANG: 'C.UTF-8',
      ROHNAMO_STATE_DIR: stack.stateFolder,
    },
  });
  let rest = stdout;
  for (const [i, { commands, prints }] of steps.entries()) {
    const [printed = '', after] = rest.split(`${markerOf(i)}\n`);
    expect(after, `the shell came to the end of:\n${commands}`).toBeDefined();
    expect(printed, commands).toBe(prints);
    rest = after ?? '';
  }
}

interface Step {
  commands: string;
  /** What the document says that it prints: the block of text that follows, or nothing. */
  prints: string;
}

function stepsOf(section: string): Step[] {
  return [...section.matchAll(/```sh\n(.*?)```(?:\n\n```text\n(.*?)```)?/gs)].map(([, commands = '', prints = '']) => ({
    commands,
    prints,
  }));
}

const markerOf = (step: number): string => `--- step ${step} done ---`;
