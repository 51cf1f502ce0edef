import { parseArgs } from 'node:util';
import type { Parking } from '@rohnamo/messaging';
import type { z } from 'zod';
import type { Logger } from './logger.ts';
import { ambiguous, Discard, logDiscarded, parkedView, Replay } from './parked-routes.ts';
import { optionsFault } from './options-fault.ts';
import type { CommandIo } from './service.ts';
import { describeIssue } from './validation.ts';

const usage = `parked list
parked replay [--group GROUP] [--kind KIND] [--subject ID]
parked discard --group GROUP [--kind KIND] --subject ID --sequence NUMBER --reason CODE
`;

/**
 * `parked list | replay | discard`: what the routes of the same names do, for a terminal. Results are lines of JSON.
 * @returns 0; 1 where a replay failed again or there is nothing to discard; 2 where it was called wrongly.
 */
export async function runParked(
  args: readonly string[],
  { parking, logger, io }: { parking: Parking; logger: Logger; io: Pick<CommandIo, 'out' | 'say'> },
): Promise<number> {
  const [action, ...rest] = args;
  const misused = (why: string): number => {
    io.say(`${why}\n\n${usage}`);
    return 2;
  };
  const given = optionsOf(rest);
  if (typeof given === 'string') return misused(given);
  const print = (value: unknown) => io.out(`${JSON.stringify(value)}\n`);

  switch (action) {
    case 'list': {
      for await (const parked of everyParked(parking)) print(parkedView(parked));
      return 0;
    }
    case 'replay': {
      const which = Replay.safeParse(given);
      if (!which.success) return misused(issuesOf(which.error));
      const done = await parking.replay(which.data);
      print(done);
      return done.failed.length === 0 ? 0 : 1;
    }
    case 'discard': {
      const which = Discard.safeParse({ ...given, sequence: sequenceOf(given['sequence']) });
      if (!which.success) return misused(issuesOf(which.error));
      const { reason, ...key } = which.data;
      const discarded = await parking.discard(key);
      if (discarded === null) {
        io.say('No such event is parked.\n');
        return 1;
      }
      if (discarded === 'ambiguous') return misused(`--kind ${ambiguous}`);
      logDiscarded(logger, { discarded, reason });
      print(parkedView(discarded));
      return 0;
    }
    default:
      return misused('It is list, replay or discard.');
  }
}

async function* everyParked(parking: Parking) {
  const limit = 200;
  let after: Parameters<Parking['list']>[0]['after'] = null;
  while (true) {
    const rows = await parking.list({ after, limit });
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < limit) return;
    after = [last.group, last.kind, last.subject, last.sequence];
  }
}

function optionsOf(args: readonly string[]): Record<string, string> | string {
  const type = 'string' as const;
  try {
    const options = { group: { type }, kind: { type }, subject: { type }, sequence: { type }, reason: { type } };
    return { ...parseArgs({ args: [...args], options }).values };
  } catch (error) {
    return optionsFault(error);
  }
}

/** It may lie below 0. Number() would make 0 of nothing, and take hexadecimal. */
const sequenceOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;

const issuesOf = ({ issues }: z.ZodError): string =>
  issues.map((issue) => `--${issue.path.join('.')} ${describeIssue(issue)}`).join('\n');
