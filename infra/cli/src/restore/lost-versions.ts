import type { JournalEvent, TopicName } from '@rohnamo/contracts';
import { subjectTables } from '../published-subjects.ts';

/** A version that others have heard of and the restored journal does not have. */
export interface LostVersion {
  topic: TopicName;
  subject: string;
  version: number;
  /** Of the event, where Kafka still has it; null where only a consumer remembers the version. */
  event: { id: string; type: string; time: string } | null;
}

/** What became of a subject whose versions were lost. `raised`: it stands at the highest of them now. `gone`: the restored database does not know it. */
export interface LostSubject {
  topic: TopicName;
  subject: string;
  restoredVersion: number;
  outcome: 'raised' | 'gone';
  lost: { version: number; event: LostVersion['event'] }[];
}

/** A version that somebody has heard of. */
export interface Heard {
  topic: TopicName;
  id: string;
  version: number;
  event?: Pick<JournalEvent, 'id' | 'type' | 'time'>;
}

/** Gathers, subject by subject, what was heard beyond the versions that were restored. */
export function lostSubjects(heard: Iterable<Heard>, restoredVersions: ReadonlyMap<string, number>): LostSubject[] {
  const found = new Map<string, LostSubject>();
  for (const { topic, id, version, event } of heard) {
    const key = `${topic} ${id}`;
    const restoredVersion = restoredVersions.get(key) ?? 0;
    if (version <= restoredVersion) continue;
    const outcome = restoredVersion === 0 ? 'gone' : 'raised';
    const subject = found.get(key) ?? { topic, subject: id, restoredVersion, outcome, lost: [] };
    found.set(key, subject);
    const known = subject.lost.find((each) => each.version === version);
    const said = event ? { id: event.id, type: event.type, time: event.time } : null;
    if (known === undefined) subject.lost.push({ version, event: said });
    else known.event ??= said;
  }
  for (const { lost } of found.values()) lost.sort((a, b) => a.version - b.version);
  return [...found.values()];
}

/** The version that a subject is raised to, so that no number is ever used twice. */
export const highestOf = ({ lost }: LostSubject): number => Math.max(...lost.map(({ version }) => version));

/** The table of a topic's subjects. */
export const tableOf = (topic: TopicName): string => subjectTables[topic];
