import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { workspaceRoot } from '../workspace-root.ts';

/** Unit tests stand beside the source and need nothing; integration tests are in `test/` and need real servers. */
export interface TestFiles {
  unit: string[];
  integration: string[];
}

/** The paths of all test files, from the workspace's root, in order. */
export function listTestFiles(root = workspaceRoot): TestFiles {
  const find = (folder: string) =>
    globSync(`{packages,services,infra}/*/${folder}/**/*.test.ts`, {
      cwd: root,
      exclude: (path) => path.includes('node_modules'),
    }).sort();
  return { unit: find('src'), integration: find('test') };
}

/** The files that use a broker, themselves or by a file of their own package that they import. */
export function filesNeedingBroker(files: readonly string[], root = workspaceRoot): string[] {
  return files.filter((file) => needsBroker(join(root, file), new Set()));
}

function needsBroker(file: string, seen: Set<string>): boolean {
  if (seen.has(file) || !existsSync(file)) return false;
  seen.add(file);
  const source = readFileSync(file, 'utf8');
  if (/\b(testKafka|startKafka|ROHNAMO_KAFKA_BROKERS)\b/.test(source)) return true;
  const imports = source.matchAll(/from '(\.{1,2}\/[^']+\.ts)'/g);
  return [...imports].some(([, path = '']) => needsBroker(join(dirname(file), path), seen));
}
