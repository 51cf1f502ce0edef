import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import process from 'node:process';
import { onStopSignal, say } from '@rohnamo/launch';
import { help, readOptions, WrongUse } from './chaos/options.ts';
import { figuresOf, isAllKept, pageOf } from './chaos/report.ts';
import { clockLibrary } from './clock.ts';
import { prepareGround, runChaos } from './chaos/run-chaos.ts';

const facilityCount = 3;

process.exit(await faults(process.argv.slice(2)));

/** `npm run faults`. Answers the exit code: 0 every promise was kept, 1 not so or not measured, 2 called wrongly. */
async function faults(args: readonly string[]): Promise<number> {
  const abort = new AbortController();
  try {
    const options = readOptions(args, () => randomInt(2 ** 32));
    if (options === 'help') {
      console.log(help);
      return 0;
    }
    onStopSignal((signal) => {
      say(`${signal}: what was driven until now is reckoned`);
      abort.abort();
    });
    const { seed, minutes, crashPoints, perSecond, only, brokerCount, diskFolder, otherVersion, isJson } = options;
    say(`seed ${seed}; starting the platform`);
    const ground = await prepareGround(facilityCount, {
      brokerCount,
      ...(diskFolder === undefined ? {} : { diskFolder: resolve(diskFolder) }),
      ...(options.hasClocks ? { clockLibrary: clockLibrary() } : {}),
      ...(otherVersion === undefined ? {} : { otherVersion: resolve(otherVersion) }),
    });
    try {
      const plan = { seed, forMs: minutes * 60_000, crashPoints, perSecond, only, say, signal: abort.signal };
      const report = await runChaos(ground, plan);
      if (!isJson) process.stdout.write(pageOf(report));
      else console.log(JSON.stringify(figuresOf(report), null, 2));
      if (isJson && !isAllKept(report)) process.stderr.write(pageOf(report));
      return isAllKept(report) ? 0 : 1;
    } finally {
      await ground.stop();
    }
  } catch (error) {
    if (error instanceof WrongUse) {
      say(error.message);
      say(help);
      return 2;
    }
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  }
}
