/** An entry of drizzle-kit's `meta/_journal.json`. */
export interface JournalEntry {
  idx: number;
  /** Its file without `.sql`. */
  tag: string;
  /** What decides whether a database has it: everything later than the newest that was applied is applied. */
  when: number;
}

/** The migrations of one service as they stand somewhere: in a commit, or in the work tree. */
export interface MigrationsOf {
  service: string;
  journal: readonly JournalEntry[];
  /** What identifies the text of each file, by tag. */
  texts: ReadonlyMap<string, string>;
}

/** A migration as it first landed on main. */
export interface Landed {
  service: string;
  tag: string;
  /** The commit that brought it. */
  commit: string;
  text: string;
  /** Undefined: it never had an entry in the journal. */
  entry: JournalEntry | undefined;
}

/** A landed migration that is allowed to differ from what landed, and why no database suffers from it. */
export interface KnownException {
  service: string;
  tag: string;
  /** The commit in which it landed. */
  commit: string;
  /** `removed`: it is no longer there. Otherwise what identifies the text that it has now. */
  now: 'removed' | { text: string };
  reason: string;
}

/**
 * What is wrong with the migrations of the work tree, a line for each. What has landed may be in a database somewhere: it stays as it
 * landed, under its name, in its place, at its time. What is new comes after everything that ever landed, or the databases that
 * stand later would skip it without a word.
 */
export function faultsOf(
  tree: readonly MigrationsOf[],
  landed: readonly Landed[],
  exceptions: readonly KnownException[] = [],
): string[] {
  const services = new Set([...tree.map(({ service }) => service), ...landed.map(({ service }) => service)]);
  return [...services].sort().flatMap((service) => {
    const here = tree.find((one) => one.service === service) ?? { service, journal: [], texts: new Map() };
    const before = landed.filter((one) => one.service === service);
    const allowed = exceptions.filter((one) => one.service === service);
    return [
      ...inOrder(here),
      ...before.flatMap((one) => faultOf(one, here, allowed)),
      ...newOnesLast(here, before, allowed),
    ];
  });
}

function faultOf(landed: Landed, here: MigrationsOf, exceptions: readonly KnownException[]): string[] {
  const { service, tag, commit, entry } = landed;
  const name = `${service}/${tag}`;
  const since = `it landed with ${commit.slice(0, 7)}`;
  const exception = exceptions.find((one) => one.tag === tag && commit.startsWith(one.commit));
  if (exception?.now === 'removed') {
    return here.texts.has(tag) ? [`${name} is back, although it was taken away for good: ${exception.reason}`] : [];
  }
  const text = here.texts.get(tag);
  if (text === undefined) return [`${name}.sql is gone or renamed, but ${since}: put it back as it was`];
  if (text !== (exception?.now.text ?? landed.text))
    return [`${name}.sql was changed, but ${since}: put it back, and write a new migration instead`];
  if (entry === undefined) return [];
  const now = here.journal.find((one) => one.tag === tag);
  if (now === undefined) return [`${name} has no entry in meta/_journal.json any more, but ${since}: put it back`];
  if (now.idx !== entry.idx || now.when !== entry.when) {
    return [
      `${name} stands at idx ${now.idx}, when ${now.when} in meta/_journal.json, but landed at idx ${entry.idx}, when ${entry.when}: put that back`,
    ];
  }
  return [];
}

/** Of the work tree alone: each file has its entry, each entry its file; numbers and times only rise. */
function inOrder({ service, journal, texts }: MigrationsOf): string[] {
  const faults: string[] = [];
  for (const [index, { idx, tag, when }] of journal.entries()) {
    const before = journal[index - 1];
    if (idx !== index || Number(tag.slice(0, 4)) !== index)
      faults.push(`${service}/${tag} is entry ${index} of meta/_journal.json, but says ${idx} and is named ${tag}`);
    if (before !== undefined && when <= before.when)
      faults.push(`${service}/${tag} has a \`when\` that is not later than that of ${before.tag}: generate it again`);
    if (!texts.has(tag)) faults.push(`${service}/${tag} is in meta/_journal.json and has no file`);
  }
  for (const tag of texts.keys()) {
    if (!journal.some((entry) => entry.tag === tag))
      faults.push(`${service}/${tag}.sql is not in meta/_journal.json, so it is never applied`);
  }
  return faults;
}

/** Databases made with what was taken away since stand at its time, too. */
function newOnesLast(here: MigrationsOf, landed: readonly Landed[], exceptions: readonly KnownException[]): string[] {
  const tags = new Set(landed.map(({ tag }) => tag));
  const isGone = (tag: string) => exceptions.some((one) => one.tag === tag && one.now === 'removed');
  const times = landed.flatMap(({ tag, entry }) => (entry === undefined ? [] : [{ tag, when: entry.when }]));
  return here.journal
    .filter(({ tag }) => !tags.has(tag))
    .flatMap(({ tag, when }) => {
      const later = times.find((one) => one.when >= when);
      if (later === undefined) return [];
      const note = isGone(later.tag) ? ', which some databases have' : '';
      return [
        `${here.service}/${tag} is new, but its \`when\` is not later than that of ${later.tag}${note}: generate it again`,
      ];
    });
}
