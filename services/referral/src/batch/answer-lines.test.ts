import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { BatchAnswer } from '@rohnamo/contracts';
import { describe, expect, it } from 'vitest';
import { answerLines, type BatchLimits } from './answer-lines.ts';
import type { Line } from './lines.ts';

const generous: BatchLimits = { bytesMax: 1e6, linesMax: 1000, lineBytesMax: 1000, atOnce: 8 };
const echo = ({ number, bytes }: Line): BatchAnswer => ({
  line: number,
  status: 422,
  problem: { type: '/problems/x', title: bytes?.toString() ?? 'too long' },
});
async function answersTo(
  chunks: Iterable<string> | AsyncIterable<string>,
  {
    limits = {},
    answer = (line) => Promise.resolve(echo(line)),
  }: { limits?: Partial<BatchLimits>; answer?: (line: Line) => Promise<BatchAnswer> } = {},
) {
  const errors: unknown[] = [];
  const answers = answerLines({
    body: Readable.from(chunks, { objectMode: false }),
    limits: { ...generous, ...limits },
    answer,
    onError: (error) => errors.push(error),
  });
  const text = await answers.toArray().then(
    (parts: Buffer[]) => Buffer.concat(parts).toString('utf8'),
    () => null,
  );
  const said = text?.split('\n').filter((line) => line !== '');
  return { said: said?.map((line) => JSON.parse(line) as BatchAnswer) ?? null, errors };
}
const linesOf = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}\n`);

describe('the lines of a body', () => {
  it('are answered in order, whichever is done first', async () => {
    let turns = 0;
    const answer = async (line: Line) => {
      for (let wait = (line.number * 7) % 5; wait > 0; wait--) await setImmediate();
      turns += 1;
      return echo(line);
    };
    const { said } = await answersTo(linesOf(50), { answer });
    expect(said?.map(({ line }) => line)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(turns).toBe(50);
  });

  it('are read no faster than they are worked off: never more than a few are there', async () => {
    let [given, done, most] = [0, 0, 0];
    function* lines() {
      for (; given < 1000; given++) {
        most = Math.max(most, given - done);
        yield `${'x'.repeat(990)}\n`;
      }
    }
    const answer = async (line: Line) => {
      await setImmediate();
      done += 1;
      return echo(line);
    };
    const { said } = await answersTo(lines(), { answer });
    expect(said).toHaveLength(1000);
    expect(most).toBeLessThan(8 + 2 * Math.ceil((64 * 1024) / 991)); // under way, and what a stream holds
  });

  it('are worked on several at a time, and no more than that', async () => {
    let [now, most] = [0, 0];
    const answer = async (line: Line) => {
      most = Math.max(most, ++now);
      await setImmediate();
      now -= 1;
      return echo(line);
    };
    await answersTo(linesOf(40), { answer });
    expect(most).toBe(8);
  });

  it('are answered while the body is still to come', async () => {
    const body = new Readable({ read: () => undefined });
    const answers = answerLines({
      body,
      limits: generous,
      answer: (line) => Promise.resolve(echo(line)),
      onError: () => undefined,
    });
    body.push('one\ntw');
    const [first] = (await answers.take(1).toArray()) as Buffer[];
    expect(JSON.parse(String(first))).toMatchObject({ line: 1, problem: { title: 'one' } });
  });

  it('behind the last that may be are not looked at, and the answer says from where on', async () => {
    const { said } = await answersTo(['\n', ...linesOf(5)], { limits: { linesMax: 3 } });
    expect(said).toHaveLength(4);
    expect(said?.[3]).toMatchObject({ line: 5, status: 413, problem: { type: '/problems/payload-too-large' } });
  });

  it('behind the last byte that may be are not looked at either', async () => {
    const { said } = await answersTo(linesOf(5), { limits: { bytesMax: 16 } });
    expect(said?.map(({ line, status }) => [line, status])).toEqual([
      [1, 422],
      [2, 422],
      [3, 413],
    ]);
  });

  it('end where the body breaks off: what was whole is done, and the rest is not', async () => {
    const seen: string[] = [];
    async function* broken() {
      yield 'one\ntwo\nthr';
      await setImmediate();
      throw new Error('the line is gone');
    }
    const answer = (line: Line) => {
      seen.push(String(line.bytes));
      return Promise.resolve(echo(line));
    };
    const { said } = await answersTo(broken(), { answer });
    expect([said, seen]).toEqual([null, ['one', 'two']]);
  });
});
