/**
 * The moments around every step that must not be half done: a commit, a produce, an acknowledgement, a call. At each a process can
 * be made to die, to show that nothing is lost and nothing done twice whoever dies where.
 */
export const crashPoints = [
  'record.before-commit',
  'record.after-commit',
  'sequence.before-commit',
  'sequence.after-commit',
  'seal.before-commit',
  'seal.after-commit',
  'relay.before-produce',
  'relay.after-produce',
  'relay.after-move',
  'consume.before-effect',
  'consume.before-acknowledgement',
  'deliver.before-post',
  'deliver.after-post',
] as const;
export type CrashPoint = (typeof crashPoints)[number];

/**
 * Ends this process at once, as a power cut would, if it is armed to die here: `ROHNAMO_CRASH_AT=relay.after-produce` at the first
 * time, `relay.after-produce:3` at the third. For tests of faults; without the variable it does nothing.
 */
export const crashPoint: (point: CrashPoint) => void = armed(process.env['ROHNAMO_CRASH_AT']);

function armed(at: string | undefined): (point: CrashPoint) => void {
  if (at === undefined || at === '') return () => undefined;
  const [name, times = '1'] = at.split(':');
  if (!crashPoints.some((point) => point === name) || !/^[1-9]\d{0,5}$/.test(times))
    throw new Error(`ROHNAMO_CRASH_AT must be one of ${crashPoints.join(', ')}, with :n for the nth time`);
  let left = Number(times);
  return (point) => {
    if (point === name && --left === 0) process.kill(process.pid, 'SIGKILL');
  };
}
