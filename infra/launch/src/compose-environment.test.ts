import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serviceNames } from './stack/service-names.ts';
import { workspaceRoot } from './workspace-root.ts';

const compose = readFileSync(join(workspaceRoot, 'docker-compose.yml'), 'utf8');
const makeEnv = () =>
  execFileSync(process.execPath, [join(workspaceRoot, 'infra', 'docker', 'make-env.mjs')], { encoding: 'utf8' });
const namesIn = (text: string, pattern: RegExp) => new Set([...text.matchAll(pattern)].map(([, name = '']) => name));

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

/** The lines of a service of docker-compose.yml. */
const blockOf = (service: string): string =>
  new RegExp(`^  ${service}:\\n((?: {4}.*\\n|\\n)+)`, 'm').exec(compose)?.[1] ?? '';
const variablesOf = (service: string) => [...namesIn(blockOf(service), /^ {6}([A-Z_]+): /gm)].sort(compareText);
const compareText = (a: string, b: string) => (a < b ? -1 : 1);

test.each(serviceNames)(
  '%s holds neither the owner’s password nor what seals: a job migrates, a sealer seals',
  (name) => {
    const held = variablesOf(name);
    expect(held).toEqual(expect.arrayContaining(['CHECKPOINT_VERIFIER_KEY', 'DATABASE_URL']));
    expect(held.filter((variable) => /OWNER|SEALER|CHECKPOINT_SIGNING|MIGRATE/.test(variable))).toEqual([]);
    expect(blockOf(name)).toContain(`      ${name}-migrate: { condition: service_completed_successfully }`);
    expect(variablesOf(`${name}-migrate`)).toEqual(['DATABASE_OWNER_URL']);
    expect(blockOf(`${name}-migrate`)).toContain(`command: [node, services/${name}/src/main.ts, migrate]`);
    expect(variablesOf(`${name}-sealer`)).toEqual(['CHECKPOINT_SIGNING_KEY', 'DATABASE_SEALER_URL', 'LOG_LEVEL']);
    expect(blockOf(`${name}-sealer`)).toContain(`command: [node, services/${name}/src/main.ts, seal]`);
  },
);

test('the environment that is generated has the key by which a sealer is checked, as its own command prints it', () => {
  const lines = makeEnv().split('\n');
  const valueOf = (variable: string) =>
    lines
      .find((line) => line.startsWith(`${variable}=`))
      ?.split('=')
      .slice(1)
      .join('=') ?? '';
  const printed = execFileSync(
    process.execPath,
    [join(workspaceRoot, 'services/registry/src/main.ts'), 'seal', '--verifier-key'],
    {
      encoding: 'utf8',
      env: { CHECKPOINT_SIGNING_KEY: valueOf('REGISTRY_CHECKPOINT_SIGNING_KEY') },
    },
  );
  expect(valueOf('REGISTRY_CHECKPOINT_VERIFIER_KEY')).toBe(printed.trim());
});
