/** What a `.cpuprofile` holds, as far as we read it (Chrome DevTools protocol, Profiler.Profile). */
export interface CpuProfile {
  nodes: readonly { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples?: readonly number[];
  timeDeltas?: readonly number[];
}

/** Where time went, by function. */
export interface Hotspot {
  where: string;
  share: number;
}

/** The functions in which most of the busy time went by, their callees left out. Time at rest is not counted. */
export function hotspotsOf({ nodes, samples = [], timeDeltas = [] }: CpuProfile, count: number): Hotspot[] {
  const nameOf = new Map(nodes.map(({ id, callFrame }) => [id, where(callFrame)]));
  const times = new Map<string, number>();
  let busy = 0;
  samples.forEach((sample, index) => {
    const name = nameOf.get(sample) ?? '?';
    if (name === '(idle)' || name === '(root)') return;
    const time = timeDeltas[index] ?? 0;
    busy += time;
    times.set(name, (times.get(name) ?? 0) + time);
  });
  return [...times]
    .sort(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([name, time]) => ({ where: name, share: time / busy }));
}

function where({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  if (url === '') return functionName || '(native)';
  const file = url.replace(/^file:\/\//, '').replace(/^.*node_modules\//, '');
  return `${functionName || '(anonymous)'} ${file.split('/').slice(-4).join('/')}:${lineNumber + 1}`;
}
