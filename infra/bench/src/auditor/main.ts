import process from 'node:process';
import { verifyExport } from '@rohnamo/cli/verify-export';
import type { Verification } from './auditor.ts';

/** Verifies exports for the process that forked it, as `rohnamo verify` does, and answers how many findings there are. */
process.on('message', (verification: Verification) => {
  const terminal = { env: {}, out: () => undefined, say: () => undefined };
  void verifyExport(verification, terminal).then(({ proved, findings }) =>
    process.send?.({ proved, findings: findings.length }),
  );
});
