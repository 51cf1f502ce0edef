import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { BatchAnswer } from '@rohnamo/contracts';
import { problemOf, readBody, Refused, refused } from '@rohnamo/service-kit';
import { inOrder } from './in-order.ts';
import { type Line, lineSplitter } from './lines.ts';

/** How much a batch may be, and how much of it is worked on at a time. */
export interface BatchLimits {
  bytesMax: number;
  linesMax: number;
  lineBytesMax: number;
  /** Lines at once: they share commits. */
  atOnce: number;
}
export const batchLimits: BatchLimits = {
  bytesMax: 16 * 1024 ** 2,
  linesMax: 2000,
  lineBytesMax: 64 * 1024,
  atOnce: 64,
};

/** Lines that are begun before the event loop turns: so a batch holds up no other request. */
const linesInOneTurn = 16;

/**
 * Answers each line of a body as it arrives, in order, one JSON object a line. Lines are read no faster than they are worked off,
 * so that memory stays flat. Answers are not held back until they are read: whoever sends all before reading anything would wait
 * for us, and we for them. As lines are limited, so are answers.
 *
 * Behind a limit the batch ends with one answer that says so, and the rest is not looked at. Where the body breaks off, a line
 * that was not whole is not either.
 * @param answer may not fail
 */
export function answerLines({
  body,
  limits,
  answer,
  onError,
}: {
  body: Readable;
  limits: BatchLimits;
  answer: (line: Line) => Promise<BatchAnswer>;
  onError: (error: unknown) => void;
}): Readable {
  const answers = new Readable({ read: () => undefined });
  const lines = lineSplitter(limits.lineBytesMax);
  const deliver = (said: BatchAnswer) => void answers.push(`${JSON.stringify(said)}\n`);
  const flow = inOrder({ atOnce: limits.atOnce, work: answer, deliver });
  let count = 0;

  const take = async (read: readonly Line[]): Promise<void> => {
    for (const line of read) {
      if (answers.destroyed) return; // nobody is there to hear
      if (++count > limits.linesMax) throw new BeyondLimit(line.number, tooMany(limits.linesMax));
      await flow.take(line);
      if (count % linesInOneTurn === 0) await setImmediate(); // lines that are refused wait for nothing else
    }
  };
  const answerAll = async (): Promise<void> => {
    try {
      await readBody(body, { bytesMax: limits.bytesMax, take: (chunk) => take(lines.read(chunk)) });
      await take(lines.end());
    } catch (error) {
      await flow.idle();
      if (error instanceof BeyondLimit) deliver(refusalAnswer(error.line, error.refusal));
      else if (error instanceof Refused) deliver(refusalAnswer(lines.number(), error));
      else {
        if (!body.readableAborted && !body.destroyed) onError(error);
        answers.destroy();
        return;
      }
    }
    await flow.idle();
    answers.push(null);
    body.resume(); // what is left of it is read past, so that the answer arrives
  };
  void answerAll();
  return answers;
}

class BeyondLimit extends Error {
  readonly line: number;
  readonly refusal: Refused;

  constructor(line: number, refusal: Refused) {
    super('a batch is larger than it may be', { cause: refusal });
    this.line = line;
    this.refusal = refusal;
  }
}

const tooMany = (linesMax: number): Refused =>
  refused('payload-too-large', {
    detail: `A batch may have ${linesMax} lines.`,
    remedy: 'Send this one and those after it in another.',
  });

/** The answer to a line that is refused: its problem, without what names a request of its own. */
export function refusalAnswer(line: string | number, refusal: Refused): BatchAnswer {
  const { status, instance: _instance, ...problem } = problemOf(refusal, '');
  return { line, status, problem };
}
