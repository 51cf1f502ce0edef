import { randomUUID } from 'node:crypto';
import { Referral } from '@rohnamo/contracts';
import { ApiRefusal } from '@rohnamo/launch';
import { type Call, isProblem, passes, patiently } from '../integrator.ts';

/** The platform gave an answer that can't be right: neither what was asked for nor an honest error. */
export class WrongAnswer extends Error {
  override name = 'WrongAnswer';
}

/** No try was answered, for as long as a patient client tries. */
export class NoAnswer extends Error {
  override name = 'NoAnswer';
}

/** A write to the referral service, and how it is asked for. */
export interface Write {
  path: string;
  body: object;
  /** Sent twice at the same time, with the same Idempotency-Key. */
  isTwice?: boolean;
}

/** A client that keeps what it was told of one referral. */
export interface ReferralClient {
  /** @returns every answer: one, or two where it is sent twice. @throws WrongAnswer, NoAnswer */
  write(write: Write): Promise<Referral[]>;
  /** Two who do the same at once, each with a key of its own: exactly one may. @throws WrongAnswer, NoAnswer */
  race(write: Write): Promise<Referral>;
}

/** @param once calls once and tries nothing twice */
export function referralClient(who: string, once: Call, history: string[]): ReferralClient {
  const ask = async ({ path, body }: Write, key: string): Promise<Referral> => {
    const tell = (what: string) =>
      history.push(`${new Date().toISOString()} ${who} ${path} ${key.slice(0, 8)}: ${what}`);
    const toldOnce: Call = async (...call) =>
      once(...call).catch((error: unknown) => {
        tell(error instanceof Error ? error.message : String(error));
        throw error;
      });
    const headers = { 'idempotency-key': key };
    const answer = await patiently(toldOnce)(path, { method: 'POST', headers, body, answer: Referral });
    tell(`version ${answer.version}, ${answer.state}`);
    return answer;
  };
  return {
    async write(write) {
      const key = randomUUID();
      const outcomes = await Promise.allSettled([ask(write, key), ...(write.isTwice ? [ask(write, key)] : [])]);
      const answers = outcomes.map((outcome) => {
        if (outcome.status === 'fulfilled') return outcome.value;
        throw classed(outcome.reason);
      });
      if (new Set(answers.map(({ id }) => id)).size !== 1)
        throw new WrongAnswer(`${write.path}: one key, and answers of ${answers.map(({ id }) => id).join(' and ')}`);
      return answers;
    },
    async race(write) {
      const outcomes = await Promise.allSettled([ask(write, randomUUID()), ask(write, randomUUID())]);
      const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
      const dishonest = lost.find((reason) => !isProblem(reason, 'illegal-action'));
      if (dishonest !== undefined) throw classed(dishonest);
      const [winner] = won;
      if (!winner || won.length > 1)
        throw new WrongAnswer(`${write.path}: ${won.length} of two who did it at once won`);
      return winner;
    },
  };
}

/** A refusal that passes is honest, however long it lasts; everything else should not have been answered. */
export function classed(reason: unknown): WrongAnswer | NoAnswer {
  const words = reason instanceof Error ? reason.message : String(reason);
  if (passes(reason)) return new NoAnswer(words, { cause: reason });
  return new WrongAnswer(reason instanceof ApiRefusal ? words : `not what the contract says: ${words}`, {
    cause: reason,
  });
}
