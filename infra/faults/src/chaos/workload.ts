import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Referral } from '@rohnamo/contracts';
import type { Random } from '@rohnamo/samples';
import { aReferral } from '@rohnamo/testkit';
import type { Installation } from '../installation.ts';
import { type Call, plainCaller } from '../integrator.ts';
import type { Parties } from '../parties.ts';
import type { Handoff, Step, Violation } from '../reckoning.ts';
import { classed, NoAnswer, referralClient, type ReferralClient, WrongAnswer } from './client.ts';

/** A handoff with all that its clients were told. */
export interface DrivenHandoff extends Handoff {
  history: readonly string[];
}

/** What was driven for one migration service and one facility. */
export interface Driven {
  handoffs: DrivenHandoff[];
  /** Requests whose answer can't be right. */
  wrong: Violation[];
  /** Requests that were never answered, though tried for long. */
  unansweredCount: number;
}

export interface Workload {
  /** Acceptances that were answered, oldest first. */
  accepted: readonly { referralId: string; atMs: number }[];
  /** Begins no handoff any more, and resolves when those under way have ended. */
  stop(): Promise<Driven>;
}

export interface WorkloadPlan {
  installation: Installation;
  parties: Parties;
  random: Random;
  /** Handoffs that begin in a second, at most. */
  perSecond: number;
}

const atOnce = 12;
const answerWithinMs = 5_000;
/** A working day that every schedule of the facility has. */
const appointmentAt = '2030-03-04T05:00:00.000Z';

/** How a handoff goes on after it was sent: by one desk, by two at once, with every write sent twice, or to its end. */
const courses = [
  ['plain', 4],
  ['race', 2],
  ['twice', 2],
  ['to-its-end', 2],
] as const;

/** Refers people and has them taken on, one after the other without end, by clients that repeat what was not answered. */
export function startWorkload({ installation, parties, random, perSecond }: WorkloadPlan): Workload {
  const driven: Driven = { handoffs: [], wrong: [], unansweredCount: 0 };
  const accepted: { referralId: string; atMs: number }[] = [];
  const stopping = new AbortController();
  const urls = () =>
    installation.replicasOf('referral').map(({ clientLink: { host, port } }) => `http://${host}:${port}`);
  const as = (who: 'referrer' | 'facility'): Call =>
    plainCaller({ issuer: installation.issuer, credentials: parties.credentials[who], urls, answerWithinMs });
  const [referrerCall, facilityCall] = [as('referrer'), as('facility')];

  const handOver = async (): Promise<void> => {
    const course = random.weighted(courses);
    const [person] = await parties.register(1);
    if (!person) return;
    const history: string[] = [];
    const told: Step[] = [];
    const handoff = { reference: randomUUID(), referralId: null as string | null, told, unansweredCount: 0, history };
    driven.handoffs.push(handoff);
    const referrer = referralClient('referrer', referrerCall, history);
    const facility = referralClient('facility', facilityCall, history);
    const took = (type: string, answers: readonly Referral[]): void => {
      for (const { id, version } of answers) {
        handoff.referralId = id;
        told.push({ type, version });
      }
    };
    const act = async (who: ReferralClient, action: string, event: string, body: object = {}): Promise<void> => {
      const write = { path: `/v1/referrals/${handoff.referralId}/${action}`, body, isTwice: course === 'twice' };
      took(event, await who.write(write));
    };
    try {
      const body = aReferral({ ...person, offeringId: parties.offeringId }, { reference: handoff.reference });
      took('referral.sent.v1', await referrer.write({ path: '/v1/referrals', body, isTwice: course === 'twice' }));
      const path = `/v1/referrals/${handoff.referralId}/accept`;
      if (course === 'to-its-end') await act(facility, 'acknowledge', 'referral.acknowledged.v1');
      const answers =
        course === 'race'
          ? [await facility.race({ path, body: {} })]
          : await facility.write({ path, body: {}, isTwice: course === 'twice' });
      took('referral.accepted.v1', answers);
      accepted.push({ referralId: handoff.referralId ?? '', atMs: Date.now() });
      if (course !== 'to-its-end') return;
      await act(facility, 'schedule', 'referral.scheduled.v1', { appointmentAt });
      await act(facility, 'start', 'referral.started.v1');
      await act(facility, 'complete', 'referral.completed.v1', { outcome: 'treated' });
      await act(referrer, 'close', 'referral.closed.v1', { needMet: true });
    } catch (error) {
      handoff.unansweredCount = 1;
      failed(error, handoff.referralId);
    }
  };
  const failed = (error: unknown, referralId: string | null): void => {
    const told = error instanceof WrongAnswer || error instanceof NoAnswer ? error : classed(error);
    if (told instanceof WrongAnswer) driven.wrong.push({ kind: 'wrong-answer', referralId, what: told.message });
    else driven.unansweredCount += 1;
  };
  const worker = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const rest = pause((atOnce * 1000) / perSecond, undefined, { signal: stopping.signal }).catch(() => undefined);
      await handOver().catch((error: unknown) => failed(error, null));
      await rest;
    }
  };
  const working = Promise.all(Array.from({ length: atOnce }, worker));
  return {
    accepted,
    async stop() {
      stopping.abort();
      await working;
      return driven;
    },
  };
}
