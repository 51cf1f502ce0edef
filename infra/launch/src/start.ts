import { onStopSignal } from './on-stop-signal.ts';
import { say } from './say.ts';
import { loadSamples } from './stack/load-samples.ts';
import { runStart } from './stack/run-start.ts';
import { checkStartEnvironment } from './stack/start-environment.ts';
import { readStartFlags } from './stack/start-flags.ts';
import type { StartFlags } from './stack/start-flags.ts';
import { walk } from './walk/walk.ts';

const stopping = new AbortController();
onStopSignal((signal) => {
  say(`${signal}: stopping …`);
  stopping.abort();
});

const flags = readFlags();
process.exitCode = flags ? await runStart(flags, { loadSamples, walk }, stopping.signal) : 2;

function readFlags(): StartFlags | undefined {
  try {
    const flags = readStartFlags(process.argv.slice(2));
    checkStartEnvironment(process.env);
    return flags;
  } catch (error) {
    for (const line of (error instanceof Error ? error.message : String(error)).split('\n')) say(line);
    say('npm start -- --help tells what there is.');
    return undefined;
  }
}
