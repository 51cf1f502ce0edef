/** A check that is one program: it holds when the program ends with 0. */
export interface Check {
  name: string;
  program: string;
  args: readonly string[];
  /** Whether what it says is said also where it holds: it tells what could not be looked at. */
  isHeard?: boolean;
}

/** What can be said of the code without running it, quickest first. Each is one program over the whole workspace. */
export const staticChecks: readonly Check[] = [
  { name: 'migrations', program: 'node', args: ['infra/launch/src/verify/migrations/main.ts'], isHeard: true },
  { name: 'import boundaries', program: 'turbo', args: ['boundaries'] },
  { name: 'format', program: 'oxfmt', args: ['--check', '.'] },
  { name: 'unused code and dependencies', program: 'knip', args: ['--no-progress'] },
  { name: 'types', program: 'tsc', args: [] },
  { name: 'lint', program: 'oxlint', args: ['--type-aware', '--deny-warnings'] },
];
