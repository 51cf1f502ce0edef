import type { Referral } from '@rohnamo/contracts';
import { ApiRefusal } from '@rohnamo/launch';
import { describe, expect, it } from 'vitest';
import type { Call } from '../integrator.ts';
import { referralClient, WrongAnswer } from './client.ts';

type Outcome = Pick<Referral, 'id' | 'version'> | ApiRefusal;

/** A client of a platform that answers each try with the next of these. */
function clientOf(...outcomes: Outcome[]) {
  const history: string[] = [];
  const once = (async () => {
    const next = outcomes.shift();
    if (next === undefined || next instanceof Error) throw next ?? new Error('asked too often');
    return { ...next, state: 'accepted' };
  }) as Call; // it answers what is read of a referral
  return { history, client: referralClient('facility', once, history) };
}
const refusal = (status: number, code: string) => new ApiRefusal('POST /accept', status, { type: `/problems/${code}` });
const accepted = { id: 'r1', version: 2 };
const write = { path: '/accept', body: {} };

describe('a client that keeps what it was told', () => {
  it('repeats what says later, and keeps each answer', async () => {
    const { client, history } = clientOf(refusal(503, 'overloaded'), refusal(409, 'contention'), accepted);
    expect(await client.write(write)).toMatchObject([accepted]);
    expect(history.map((line) => line.split(': ').slice(1).join(': '))).toEqual([
      expect.stringContaining('503'),
      expect.stringContaining('409'),
      'version 2, accepted',
    ]);
  });

  it.each([
    ['a refusal that nothing calls for', [refusal(500, 'internal')]],
    ['a state that should allow it', [refusal(409, 'illegal-action')]],
  ])('calls %s a wrong answer', async (_name, outcomes) => {
    await expect(clientOf(...outcomes).client.write(write)).rejects.toThrow(WrongAnswer);
  });

  it('takes one referral for one key, whatever has become of it in between, and calls two a wrong answer', async () => {
    const twice = { ...write, isTwice: true };
    const later = { ...accepted, version: 3 };
    expect(await clientOf(accepted, later).client.write(twice)).toMatchObject([accepted, later]);
    await expect(clientOf(accepted, { ...accepted, id: 'r2' }).client.write(twice)).rejects.toThrow(WrongAnswer);
  });

  it('has one of two win, and the other refused for that', async () => {
    const { client } = clientOf(accepted, refusal(409, 'illegal-action'));
    expect(await client.race(write)).toMatchObject(accepted);
    await expect(clientOf(accepted, accepted).client.race(write)).rejects.toThrow('2 of two');
    const both = [refusal(409, 'illegal-action'), refusal(409, 'illegal-action')];
    await expect(clientOf(...both).client.race(write)).rejects.toThrow('0 of two');
    await expect(clientOf(accepted, refusal(404, 'not-found')).client.race(write)).rejects.toThrow(WrongAnswer);
  });
});
