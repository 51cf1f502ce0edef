import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeTheCallsOfTheIntegratorGuide } from './whole-way/calls-of-the-integrator-guide.ts';
import { type Handoff, handoffOver } from './whole-way/handoff.ts';
import { describeHowAFacilityHears } from './whole-way/how-a-facility-hears.ts';
import { describeTheProgramsOfTheIntegratorGuide } from './whole-way/integrator-guide.ts';
import { itWalksThroughTheAuditorGuide, itWalksThroughTheReadme } from './whole-way/walks-through-documents.ts';
import { isFree, type OwnStack, ownStack } from './whole-way/running-stack.ts';
import { describeWhatEveryServiceServes } from './whole-way/what-every-service-serves.ts';
import { describeWhatIsDoneOnce } from './whole-way/what-is-done-once.ts';
import { describeWhatIsProved } from './whole-way/what-is-proved.ts';
import { describeWhatOthersMayNotSee } from './whole-way/what-others-may-not-see.ts';
import { describeWhatLeaksNowhere } from './whole-way/what-leaks-nowhere.ts';
import { describeRevocation } from './whole-way/when-a-client-is-revoked.ts';
import { describeWithdrawal } from './whole-way/when-consent-is-withdrawn.ts';

/** One stack for all of it, since a start takes half a minute: it comes up first, and the last tests stop it. */
let own: OwnStack;
let handoff: Handoff;
const stackJson = () => join(own.stateFolder, 'stack.json');
const walkSteps = 17;
const stepsIn = (output: string) => output.match(/^ +\d+\. .+ m?s$/gm) ?? [];

beforeAll(async () => {
  own = await ownStack();
  handoff = await handoffOver(await own.start());
}, 240_000);
afterAll(() => own.remove(), 60_000);

describe('npm start', () => {
  it('walks one handoff from a row of CSV to a closed referral, and prints each step and the trail', () => {
    expect(stepsIn(own.output())).toHaveLength(walkSteps);
    expect(own.output()).toMatch(/referral\.closed\.v1 +closed/);
  });

  it('writes stack.json, of the promised shape, for its owner’s eyes alone', () => {
    // Its shape was checked when it was read: see stack-json.ts.
    expect(statSync(stackJson()).mode & 0o777).toBe(0o600);
    const { stack } = handoff;
    expect(stack).toMatchObject({ transport: 'kafka', issuer: stack.services.identity });
    for (const [name, url] of Object.entries(stack.databases)) expect(new URL(url).username).toBe(`${name}_app`);
    const { facility, 'facility-2': facility2 } = stack.clients;
    expect(facility.facilityIds).toHaveLength(1);
    expect(facility2.facilityIds).toHaveLength(1);
    expect(facility2.organisationId).not.toBe(facility.organisationId);
  });

  it('prints no secret', () => {
    const secrets = Object.values(handoff.stack.clients).map(({ clientSecret }) => clientSecret);
    for (const secret of secrets) expect(own.output()).not.toContain(secret);
    expect(readFileSync(stackJson(), 'utf8')).toContain(secrets[0]);
  });
});

describeWhatEveryServiceServes(() => handoff);
describeWhatOthersMayNotSee(() => handoff);
describeHowAFacilityHears(() => handoff);
describeTheProgramsOfTheIntegratorGuide(() => handoff);
describeTheCallsOfTheIntegratorGuide(() => handoff);
describeWhatIsProved(() => handoff);
describeWithdrawal(() => handoff);
describeRevocation(() => handoff);
describeWhatIsDoneOnce(() => handoff);
describeWhatLeaksNowhere(
  () => handoff,
  () => own.stateFolder,
);
itWalksThroughTheReadme(() => own);
itWalksThroughTheAuditorGuide(() => own);

describe('SIGTERM', () => {
  it(
    'stops everything: its exit code is 0, its ports are closed, stack.json is gone',
    { timeout: 60_000 },
    async () => {
      expect(await own.stop()).toBe(0);
      expect(existsSync(stackJson())).toBe(false);
      expect(await Promise.all(own.ports.map(isFree))).toEqual(own.ports.map(() => true));
    },
  );
});

describe('npm start -- --once', () => {
  it('goes on with the data of before, and ends with 0 when every step held', { timeout: 120_000 }, async () => {
    const { code, output } = await own.runToEnd('--once');
    expect({ code, steps: stepsIn(output).length }).toEqual({ code: 0, steps: walkSteps });
    expect(output).toContain('0 registered, 0 updated, 500 as they were');
    expect(existsSync(stackJson())).toBe(false);
    expect(await Promise.all(own.ports.map(isFree))).toEqual(own.ports.map(() => true));
  });
});
