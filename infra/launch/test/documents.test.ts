import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { directory } from '@rohnamo/directory/service';
import { identity } from '@rohnamo/identity/service';
import { notifications } from '@rohnamo/notifications/service';
import { referral } from '@rohnamo/referral/service';
import { registry } from '@rohnamo/registry/service';
import { describe, expect, it } from 'vitest';
import { serviceNames } from '../src/stack/service-names.ts';
import { workspaceRoot } from '../src/workspace-root.ts';

/** What is fetched, made or kept out of the repository. */
const notOurs = ['node_modules', '.git', '.tools', '.rohnamo', '.turbo', 'coverage', 'target'];
const read = (path: string) => readFileSync(join(workspaceRoot, path), 'utf8');
const pages = globSync('**/*.md', {
  cwd: workspaceRoot,
  exclude: (path) => notOurs.includes(path.split('/').at(-1) ?? ''),
});

describe('the documents', () => {
  it('are found', () => {
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/architecture.md', 'docs/runbook.md']));
  });

  it.each(pages)('%s has no link that leads nowhere', (page) => {
    const broken = linksIn(read(page)).filter((link) => !leadsSomewhere(page, link));
    expect(broken).toEqual([]);
  });

  it('number decisions without a gap', () => {
    const numbers = readdirSync(join(workspaceRoot, 'docs', 'decisions')).map((name) => Number(name.slice(0, 4)));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(numbers.map((_, index) => index + 1));
  });
});

describe('the map in the README', () => {
  const map = read('README.md').split('\n## The map\n')[1]?.split('\n## ')[0] ?? '';
  const named = [...map.matchAll(/^\| \[([^\]]+)\]\(([^)]+)\)/gm)].map(([, name, link]) => ({ name, link }));
  const folders = foldersOf('.').flatMap((folder) =>
    ['packages', 'services', 'infra'].includes(folder)
      ? foldersOf(folder).map((name) => `${folder}/${name}`)
      : [folder],
  );

  it('names every folder, package and service that there is, and no other', () => {
    expect(new Set(named.map(({ name }) => name))).toEqual(new Set(folders));
    for (const { name, link } of named) expect(link).toBe(name);
  });
});

describe.each(['docs/reliability.md', 'docs/security.md'])('the promises in %s', (page) => {
  const tables = read(page)
    .split('\n\n')
    .filter((block) => block.startsWith('| promise |'));
  const promises = tables
    .flatMap((table) => table.trim().split('\n').slice(2))
    .map((row) => row.split('|').map((cell) => cell.trim()))
    .map(([, promise = '', , heldBy = '']) => ({ promise, tests: [...heldBy.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)] }));

  it.each(promises)('are held by tests that there are: $promise', ({ tests }) => {
    expect(tests).not.toEqual([]);
    for (const [, name = '', file = ''] of tests) expect(read(join(dirname(page), file)), file).toContain(`'${name}'`);
  });
});

describe('the runbook', () => {
  it.each(serviceNames)('names every environment variable of %s', (service) => {
    const main = join(workspaceRoot, 'services', service, 'src', 'main.ts');
    const help = execFileSync(process.execPath, [main, '--help'], { encoding: 'utf8' });
    const variables = [...help.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name = '']) => name);
    expect(variables.length).toBeGreaterThan(10);
    const runbook = read('docs/runbook.md');
    expect(variables.filter((name) => !runbook.includes(`\`${name}\``))).toEqual([]);
  });
});

function foldersOf(parent: string): string[] {
  return readdirSync(join(workspaceRoot, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !notOurs.includes(entry.name))
    .map(({ name }) => name);
}

/** Where the links of a page lead, those in code left out. */
function linksIn(markdown: string): string[] {
  const prose = markdown.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^()\s]+(?:\([^()]*\)[^()\s]*)?)\)/g)].map(([, link = '']) => link);
}

/** A link within the repository must lead to a file or folder, and its fragment to a heading. */
function leadsSomewhere(page: string, link: string): boolean {
  if (/^[a-z][a-z+.-]*:/i.test(link)) return true;
  const [path = '', fragment] = link.split('#', 2);
  const target = path === '' ? page : join(dirname(page), decodeURIComponent(path));
  if (!existsSync(join(workspaceRoot, target))) return false;
  return fragment === undefined || headingsOf(read(target)).includes(fragment);
}

/** The fragments of a page's headings, as GitHub makes them. */
const headingsOf = (markdown: string): string[] =>
  [...markdown.matchAll(/^#+ +(.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('commands that documents and messages name', () => {
  const sources = globSync('{infra,packages,services}/*/src/**/*.ts', {
    cwd: workspaceRoot,
    exclude: (path) => path.includes('node_modules') || path.endsWith('.test.ts'),
  });
  const commandsOf: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
    [directory, identity, notifications, referral, registry].map(({ name, commands = {} }) => [
      name,
      ['migrate', 'seal', 'parked', ...Object.keys(commands)],
    ]),
  );
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

  const faultsIn = (text: string): string[] => {
    const raw = text.match(/\bnode\s+(?:--\S+\s+)*[\w./<>-]+\.ts\b/g) ?? [];
    const unknownScripts = [...text.matchAll(/\bnpm run (?:--?s(?:ilent)? )?([a-z]+)\b/g)]
      .filter(([, script = '']) => !Object.hasOwn(scripts, script))
      .map(([whole]) => whole);
    const unknownCommands = [
      ...text.matchAll(
        /(?:npm run (?:--?s(?:ilent)? )?service --|run\.mjs service) ([a-z]+|<name>)(?: ([a-z]+(?:-[a-z]+)*))?/g,
      ),
    ]
      .filter(([, name = '', command]) => {
        const services = name === '<name>' ? Object.keys(commandsOf) : [name];
        return !services.every(
          (one) => Object.hasOwn(commandsOf, one) && (!command || commandsOf[one]?.includes(command)),
        );
      })
      .map(([whole]) => whole);
    return [...raw, ...unknownScripts, ...unknownCommands];
  };

  it('run on the Node that is asked for, by a launcher, and there are such', () => {
    const faults = [...pages, ...sources].flatMap((file) => faultsIn(read(file)).map((fault) => `${file}: ${fault}`));
    expect(faults).toEqual([]);
  });

  it.each(['node services/referral/src/main.ts migrate', 'npm run nothing', 'npm run service -- referral fly'])(
    'would be found out: %s',
    (text) => {
      expect(faultsIn(`say \`${text}\` and see`)).toHaveLength(1);
    },
  );
});
