import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workspaceRoot } from './workspace-root.ts';

const compose = readFileSync(join(workspaceRoot, 'docker-compose.yml'), 'utf8');
const makeEnv = () =>
  execFileSync(process.execPath, [join(workspaceRoot, 'infra', 'docker', 'make-env.mjs')], { encoding: 'utf8' });
const namesIn = (text: string, pattern: RegExp) => new Set([...text.matchAll(pattern)].map(([, name]) => name));

test('the generator makes every variable that docker-compose.yml demands, and no other', () => {
  expect(namesIn(makeEnv(), /^([A-Z_]+)=.+$/gm)).toEqual(namesIn(compose, /\$\{([A-Z_]+):\?set it\}/g));
});

test('no secret is written down or has a default', () => {
  const secretLines = compose
    .split('\n')
    .filter((line) => /(PASSWORD|SECRET|_KEY|DATABASE\w*_URL|SUPERUSER_URL):/.test(line));
  expect(secretLines.length).toBeGreaterThan(20);
  for (const line of secretLines) expect(line).toMatch(/\$\{[A-Z_]+:\?set it\}/);
});

test('secrets are drawn anew each time', () => {
  expect(makeEnv()).not.toBe(makeEnv());
});
