import type { Finding } from './finding.ts';

/** Follows the versions of each subject, a kind and an id, which go up by one from 1. Keeps one number for each subject, about 100 bytes. */
export function versionsOfSubjects() {
  const versionsOf = new Map<string, Map<string, number>>();
  const gaps: Finding[] = [];
  return {
    next(
      position: number,
      { id, kind, subject, version }: { id: string; kind: string; subject: string; version: number | null },
    ): void {
      if (version === null) return;
      const versions = versionsOf.get(kind) ?? new Map<string, number>();
      versionsOf.set(kind, versions);
      const before = versions.get(subject) ?? 0;
      if (version !== before + 1)
        gaps.push({
          what: 'version-gap',
          position,
          entry: id,
          detail: `version ${version} follows version ${before} of its subject`,
        });
      versions.set(subject, version);
    },
    /** The gaps before the first row that is wrong: what comes behind it may be no more than its consequence. */
    gapsBefore: (position: number): Finding[] => gaps.filter((gap) => gap.position! < position),
  };
}
