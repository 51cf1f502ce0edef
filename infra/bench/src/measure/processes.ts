import { readdirSync, readFileSync } from 'node:fs';

/** Of `/proc/<pid>/stat`: who started it, and its CPU time, with and without that of children it has waited for. */
export interface ProcessStat {
  parent: number;
  ownTicks: number;
  reapedTicks: number;
}

/** `sysconf(_SC_CLK_TCK)`: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Reads a line of `/proc/<pid>/stat` (proc_pid_stat(5)). The program's name may hold spaces and parentheses. */
export function parseStat(line: string): ProcessStat {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  return { parent: field(4), ownTicks: field(14) + field(15), reapedTicks: field(16) + field(17) };
}

/** CPU time that a process has used so far, in seconds; `null` where there is no /proc, or no such process. */
export function cpuSecondsOf(pid: number | null): number | null {
  const stat = pid === null ? null : statOf(pid);
  return stat === null ? null : stat.ownTicks / ticksPerSecond;
}

/** The same for a process with all its children, those that have ended included: for Postgres, which forks. */
export function treeCpuSecondsOf(pid: number | null): number | null {
  const root = pid === null ? null : statOf(pid);
  if (root === null) return null;
  const children = processIds()
    .map(statOf)
    .filter((stat) => stat?.parent === pid);
  const ticks = children.reduce((sum, stat) => sum + (stat?.ownTicks ?? 0), root.ownTicks + root.reapedTicks);
  return ticks / ticksPerSecond;
}

/** Resident memory in MB; `null` where it cannot be told. */
export function rssMbOf(pid: number): number | null {
  const text = read(`/proc/${pid}/status`);
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(text ?? '') ?? [];
  return kilobytes === undefined ? null : Number(kilobytes) / 1024;
}

/** The process whose command line names this folder and whose parent's does not; `null` where it cannot be told. */
export function processOn(folder: string): number | null {
  const names = (pid: number) => read(`/proc/${pid}/cmdline`)?.includes(folder) ?? false;
  return processIds().find((pid) => pid !== process.pid && names(pid) && !names(statOf(pid)?.parent ?? 0)) ?? null;
}

const statOf = (pid: number): ProcessStat | null => {
  const line = read(`/proc/${pid}/stat`);
  return line === null ? null : parseStat(line);
};

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** `null` where there is none: not on Linux, or the process has ended meanwhile. */
function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
