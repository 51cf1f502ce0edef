/** A check that is one program: it holds when the program ends with 0. */
export interface Check {
  name: string;
  program: string;
  args: readonly string[];
}

const turbo = (...args: string[]) => ['run', ...args, '--continue', '--output-logs=errors-only'];

/** What can be said of the code without running it, quickest first. */
export const staticChecks: readonly Check[] = [
  { name: 'import boundaries', program: 'turbo', args: ['boundaries'] },
  { name: 'format', program: 'oxfmt', args: ['--check', '.'] },
  { name: 'unused code and dependencies', program: 'knip', args: ['--no-progress'] },
  { name: 'types', program: 'turbo', args: turbo('typecheck') },
  { name: 'lint', program: 'turbo', args: turbo('lint') },
];

/** Where each package's unit tests leave their report, seen from the package. Turborepo restores it with the cached result. */
export const unitReport = '.turbo/unit-tests.json';

/** The unit tests of every package, by Turborepo, which leaves out those whose inputs have not changed. */
export const unitTests: Check = {
  name: 'unit tests',
  program: 'turbo',
  args: [
    ...turbo('test:unit'),
    '--',
    '--testTimeout=30000',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${unitReport}`,
  ],
};
