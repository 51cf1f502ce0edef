import process from 'node:process';
import { createStopList, onStopSignal, say } from '@rohnamo/launch';
import { help, readOptions, WrongUse } from './options.ts';
import { paths } from './paths/index.ts';
import { runBench } from './run-bench.ts';

process.exit(await bench(process.argv.slice(2)));

/** `npm run bench`. Answers the exit code: 0 measured, 1 could not be measured, 2 called wrongly. */
async function bench(args: readonly string[]): Promise<number> {
  const stops = createStopList();
  const abort = new AbortController();
  try {
    const options = readOptions(
      args,
      paths.map(({ name }) => name),
    );
    if (options === 'help') {
      console.log(help(paths));
      return 0;
    }
    const stopped = new Promise<never>((_resolve, reject) => {
      onStopSignal((signal) => {
        abort.abort();
        reject(new Error(`stopped by ${signal}`));
      });
    });
    await Promise.race([runBench(options, { stops, signal: abort.signal }), stopped]);
    return 0;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return error instanceof WrongUse ? 2 : 1;
  } finally {
    for (const failure of await stops.stopAll()) say(`could not be stopped: ${failure}`);
  }
}
