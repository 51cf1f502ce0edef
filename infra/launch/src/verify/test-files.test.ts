import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { filesNeedingBroker, listTestFiles } from './test-files.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rohnamo-test-files-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text = ''): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

test('unit tests are found beside the source, integration tests in test/, and nothing in node_modules', () => {
  write('services/referral/src/lifecycle/decide.test.ts');
  write('services/referral/test/way.test.ts');
  write('packages/journal/node_modules/x/src/x.test.ts');
  expect(listTestFiles(root)).toEqual({
    unit: ['services/referral/src/lifecycle/decide.test.ts'],
    integration: ['services/referral/test/way.test.ts'],
  });
});

test('a test needs a broker when it or a file it imports asks for one', () => {
  write('p/test/own.test.ts', `import { testKafka } from '@rohnamo/testkit';`);
  write('p/test/shared.test.ts', `import { stack } from './support/stack.ts';`);
  write('p/test/support/stack.ts', `import { own } from '../shared.test.ts'; await testKafka();`);
  write('p/test/none.test.ts', `import { testPostgres } from '@rohnamo/testkit';`);
  const files = ['p/test/own.test.ts', 'p/test/shared.test.ts', 'p/test/none.test.ts'];
  expect(filesNeedingBroker(files, root)).toEqual(['p/test/own.test.ts', 'p/test/shared.test.ts']);
});
