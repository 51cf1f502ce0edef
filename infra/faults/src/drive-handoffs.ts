import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Referral } from '@rohnamo/contracts';
import { aReferral } from '@rohnamo/testkit';
import type { Call } from './integrator.ts';
import type { Person } from './parties.ts';
import type { Handoff, Step } from './reckoning.ts';

export interface DrivePlan {
  people: readonly Person[];
  offeringId: string;
  /** The referral service, as the referrer and as the facility. */
  referrer: Call;
  facility: Call;
  /** Handoffs that begin in a second, at most; as many as go through where it is left out. */
  perSecond?: number;
}

/** Handoffs under way. */
export interface Drive {
  /** Writes that were answered 2xx by now: two a handoff. */
  answeredCount(): number;
  /** Resolves when every handoff was answered. @throws when one was refused, or never answered. */
  done: Promise<Handoff[]>;
}

const atOnce = 16;

/** Refers each person, and has the facility accept: two answers each. */
export function driveHandoffs({ people, offeringId, referrer, facility, perSecond }: DrivePlan): Drive {
  let answeredCount = 0;
  const handoffs: Handoff[] = [];
  const waiting = people.values();

  const write = async (as: Call, path: string, body: object): Promise<Referral> => {
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await as(path, { method: 'POST', headers, body, answer: Referral });
    answeredCount += 1;
    return answer;
  };
  const handOver = async (person: Person): Promise<void> => {
    const reference = randomUUID();
    const told: Step[] = [];
    const sent = await write(referrer, '/v1/referrals', aReferral({ ...person, offeringId }, { reference }));
    told.push({ type: 'referral.sent.v1', version: sent.version });
    const accepted = await write(facility, `/v1/referrals/${sent.id}/accept`, {});
    told.push({ type: 'referral.accepted.v1', version: accepted.version });
    handoffs.push({ reference, referralId: sent.id, told });
  };
  const worker = async () => {
    for (const person of waiting) {
      const rest = perSecond === undefined ? null : pause((atOnce * 1000) / perSecond);
      await handOver(person);
      await rest;
    }
  };
  const done = Promise.all(Array.from({ length: atOnce }, worker)).then(() => handoffs);
  done.catch(() => undefined); // whoever waits for it hears of it, though perhaps later
  return { answeredCount: () => answeredCount, done };
}
