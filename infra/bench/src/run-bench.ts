import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStopList, readableDuration, say, serviceNames, type StopList, workspaceRoot } from '@rohnamo/launch';
import { type Load, startLoad } from './load/load.ts';
import { type BenchOptions, isWhole } from './options.ts';
import { paths } from './paths/index.ts';
import type { HotPath } from './paths/path.ts';
import { type CpuProfile, hotspotsOf } from './report/hotspots.ts';
import { describeMachine, loadNow } from './report/machine.ts';
import { barsOf, pageOf, plotName } from './report/page.ts';
import { plotOf } from './report/plot.ts';
import type { PathResult, RunResult } from './report/result.ts';
import { costliestStatements, statementAsText } from './report/statements.ts';
import { asText, cellsOf, shown } from './report/table.ts';
import { sayHello } from './world/hello.ts';
import { startServers } from './world/servers.ts';
import { databaseName } from './world/stage.ts';
import { createWorld, type World } from './world/world.ts';

const hotspotCount = 25;
const statementCount = 12;

/** Measures what the options ask for, prints it, and writes the page of a whole run. Everything that it starts is in `stops`. */
export async function runBench(options: BenchOptions, { stops, signal }: { stops: StopList; signal: AbortSignal }) {
  const began = performance.now();
  const loadBefore = loadNow();
  const print = (text: string) => void (options.isJson || console.log(text));
  const servers = await startServers({ stops, progress: say, isProfile: options.isProfile });
  const machine = await describeMachine({ superuserUrl: servers.superuserUrl, loadBefore });
  const load = startLoad(stops);
  const hello = await sayHello(load, options);
  print(
    `The load reaches ${shown(hello.perSecond)} requests a second of a bare hello, with ${hello.loadCores.toFixed(2)} of a core.` +
      (machine.isQuiet ? '' : ` The machine is busy (load ${loadBefore.toFixed(2)}): the figures are not worth much.`),
  );
  const world = await createWorld({ servers, stops });
  const run: RunResult = { machine, hello, paths: [] };
  for (const path of paths.filter(({ name }) => options.only?.includes(name) ?? true)) {
    signal.throwIfAborted();
    say(`measuring ${path.name} …`);
    const result = await measure(path, { options, world, load, stops });
    run.paths.push(result);
    print(`\n${result.title}\n${asText(cellsOf(result))}`);
    for (const { what, value, isMet } of result.checks)
      print(`  ${isMet ? 'met    ' : 'NOT MET'}  ${what}: ${value.toFixed(2)}`);
  }
  if (options.isJson) console.log(JSON.stringify(run, null, 2));
  if (isWhole(options)) writePage(run);
  say(`measured in ${readableDuration(performance.now() - began)}`);
}

/** One path, with everything that it started stopped behind it. */
async function measure(
  path: HotPath,
  { options, world, load, stops }: { options: BenchOptions; world: World; load: Load; stops: StopList },
): Promise<PathResult> {
  const { name, title, about } = path;
  const profileFolder = options.isProfile ? mkdtempSync(join(tmpdir(), `rohnamo-profile-${name}-`)) : undefined;
  const own = createStopList();
  const stopOwn = async () => {
    for (const failure of await own.stopAll()) say(`could not be stopped: ${failure}`);
  };
  stops.add(`what ${name} has started`, stopOwn);
  try {
    const { seconds, concurrency, growthMax } = options;
    const bench = { world, load, seconds, concurrency, growthMax, profileFolder, stops: own };
    return { name, title, about, ...(await path.measure(bench)) };
  } finally {
    await stopOwn();
    if (profileFolder !== undefined) {
      tellProfiles(profileFolder);
      await tellStatements(world.servers.superuserUrl);
    }
  }
}

/** Node writes a profile when its process ends. */
function tellProfiles(folder: string): void {
  for (const file of readdirSync(folder)) {
    const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile; // written by Node
    say(`a CPU profile of the product, for the developer tools of a browser: ${join(folder, file)}`);
    for (const { where, share } of hotspotsOf(profile, hotspotCount))
      say(`  ${(share * 100).toFixed(1).padStart(5)} %  ${where}`);
  }
}

async function tellStatements(superuserUrl: string): Promise<void> {
  for (const service of serviceNames) {
    const costs = await costliestStatements(superuserUrl, { database: databaseName(service), count: statementCount });
    if (costs.length > 0) say(`what took the time of Postgres for ${service}:`);
    for (const cost of costs) say(`  ${statementAsText(cost)}`);
  }
}

function writePage(run: RunResult): void {
  const docs = join(workspaceRoot, 'docs');
  writeFileSync(join(docs, 'performance.md'), pageOf(run));
  writeFileSync(join(docs, plotName), plotOf(barsOf(run.paths)));
  say('docs/performance.md is written');
}
