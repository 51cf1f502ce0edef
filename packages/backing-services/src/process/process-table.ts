import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessEntry {
  parentPid: number;
  /** The command with its arguments, in one line. */
  command: string;
}

/** The running process with this id. Undefined when there is none, or when it has ended and only waits to be reaped. */
export function findProcess(pid: number): ProcessEntry | undefined {
  try {
    return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
  } catch {
    return undefined;
  }
}

/** proc_pid_stat(5): "pid (name) state ppid …", where the name may hold spaces and brackets. */
function fromProc(pid: number): ProcessEntry | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [state, parentPid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z' || state === 'X') return undefined;
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  if (command === '') return undefined; // its memory is gone: it is past its end, though not yet a zombie
  return { parentPid: Number(parentPid), command };
}

function fromPs(pid: number): ProcessEntry | undefined {
  const line = execFileSync('ps', ['-o', 'state=,ppid=,command=', '-p', String(pid)], { encoding: 'utf8' });
  const [, state, parentPid, command] = /^\s*(\S+)\s+(\d+)\s+(.*)$/m.exec(line) ?? [];
  if (state === undefined || command === undefined || state.startsWith('Z')) return undefined;
  return { parentPid: Number(parentPid), command };
}
