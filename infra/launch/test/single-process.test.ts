import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Handoff, handoffOver } from './whole-way/handoff.ts';
import { isFree, type OwnStack, ownStack } from './whole-way/running-stack.ts';
import { describeWhatLeaksNowhere } from './whole-way/what-leaks-nowhere.ts';
import { describeRevocation } from './whole-way/when-a-client-is-revoked.ts';

let own: OwnStack;
let handoff: Handoff;
beforeAll(async () => {
  own = await ownStack();
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => own.remove(), 60_000);

const brokerTools = new Set(['java', 'mvn', 'docker', 'podman']);

/** A machine as it is but for Java, Maven and Docker: the programs that it has beside them, in one folder. */
function withoutBrokerTools(): void {
  const programs = join(own.checkout, 'programs');
  const found = new Map<string, string>();
  for (const folder of (process.env['PATH'] ?? '').split(delimiter).filter((path) => existsSync(path))) {
    for (const name of readdirSync(folder)) if (!found.has(name)) found.set(name, join(folder, name));
  }
  if (!existsSync(programs)) {
    mkdirSync(programs);
    for (const [name, program] of found) if (!brokerTools.has(name)) symlinkSync(program, join(programs, name));
  }
  vi.stubEnv('PATH', programs);
  vi.stubEnv('JAVA_HOME', undefined);
  vi.stubEnv('ROHNAMO_DOCKER', 'off');
}
const stepsIn = (output: string) => output.match(/^ +\d+\. .+ m?s$/gm) ?? [];

describe('npm start without a broker', { timeout: 180_000 }, () => {
  it('walks the whole way in one process, ends with 0, and leaves nothing running', async () => {
    withoutBrokerTools();
    const { code, output } = await own.runToEnd('--transport', 'in-process', '--once');
    expect({ code, steps: stepsIn(output).length }, output).toEqual({ code: 0, steps: 17 });
    expect(output).toMatch(/referral\.closed\.v1 +closed/);
    expect(existsSync(join(own.stateFolder, 'kafka'))).toBe(false);
    expect(await Promise.all(own.ports.map(isFree))).toEqual(own.ports.map(() => true));
  });

  it('is what a start falls back to where neither Java and Maven nor Docker are, and says so in one line', async () => {
    withoutBrokerTools();
    const stack = await own.start();
    expect(stack).toMatchObject({ transport: 'in-process', brokers: [] });
    expect(own.output().match(/^.*no Kafka, so events travel in one process: .+$/gm)).toHaveLength(1);
    const health = async (url: string) => (await fetch(`${url}/health/ready`)).status;
    expect(await Promise.all(Object.values(stack.services).map(health))).toEqual([200, 200, 200, 200, 200]);
    const metrics = await Promise.all(
      Object.values(stack.services).map(async (url) => (await fetch(`${url}/metrics`)).text()),
    );
    expect(metrics.filter((text) => text.includes('process_resident_memory_bytes'))).toHaveLength(1);
    handoff = await handoffOver(stack);
  });

  describeRevocation(() => handoff);
  describeWhatLeaksNowhere(
    () => handoff,
    () => own.stateFolder,
  );

  it('stops when it is told to', async () => {
    expect(await own.stop()).toBe(0);
    expect(await Promise.all(own.ports.map(isFree))).toEqual(own.ports.map(() => true));
  });
});
