import { readVerifierKey } from '@rohnamo/journal';
import { CalledWrongly, optionsOf } from '../called-wrongly.ts';
import type { Command, Terminal } from '../command.ts';
import { keptCheckpoints } from '../kept-checkpoints.ts';
import { readableReport } from './report.ts';
import { verifyExport } from './verify-export.ts';

const help = `rohnamo verify --entries <file> --key <key> --checkpoint <file> [--checkpoint <file> …] [--json]

Proves offline that the entries of a journal are those that were sealed: needs no service, no database, no network.

  --entries     what rohnamo export has written
  --key         the journal's key, as you wrote it down at the beginning: verifierKey of GET /v1/journal/checkpoint
  --checkpoint  checkpoints that you kept (from webhooks, the feed or that address), one after another in a file
  --json        prints the report as JSON

Exit code: 0 nothing was changed, 1 there are findings, 2 called wrongly.
`;
export const verify: Command = {
  summary: 'proves offline that a journal was not changed',
  help,
  run,
};

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { entries, key, checkpoint, json } = optionsOf(args, {
    entries: { type: 'string' },
    key: { type: 'string' },
    checkpoint: { type: 'string', multiple: true },
    json: { type: 'boolean' },
  });
  if (entries === undefined || key === undefined || checkpoint === undefined)
    throw new CalledWrongly('--entries, --key and at least one --checkpoint are needed.');
  if (readVerifierKey(key) === null)
    throw new CalledWrongly(
      '--key is not a verifier key. It looks like rohnamo/referral+0a1b2c3d+AT…=, between quotes: verifierKey of GET /v1/journal/checkpoint, as you wrote it down at the beginning.',
    );
  const report = await verifyExport(
    { path: entries, key, checkpoints: await keptCheckpoints(checkpoint, terminal) },
    terminal,
  );
  terminal.out(json === true ? `${JSON.stringify(report, null, 2)}\n` : readableReport(report));
  return report.findings.length === 0 ? 0 : 1;
}
