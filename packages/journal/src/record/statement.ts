import type { Column, SubjectTable } from './table.ts';

/** What a batch does to one kind: the columns that new rows get, those that change in others, and whether rows are leaned on. */
export interface KindUse {
  kind: string;
  table: SubjectTable;
  make: readonly Column[] | null;
  move: readonly Column[] | null;
  isGuard: boolean;
}

/** What a batch has in it. The statement does nothing for what it has not. */
export interface BatchShape {
  kinds: readonly KindUse[];
  hasKeys: boolean;
  hasConsumed: boolean;
}

/** A statement and the names of its parameters, in their order. */
export interface RecordStatement {
  text: string;
  parameters: readonly string[];
}

/** Columns of the batch that come as an array each, with their types. */
const units = { unit: 'int' };
const keys = {
  client: 'text',
  key: 'text',
  fingerprint: 'bytea',
  key_kind: 'text',
  key_subject: 'uuid',
  key_version: 'bigint',
};
const consumptions = { consumer: 'text', consumed_kind: 'text', consumed_subject: 'uuid', sequence: 'bigint' };
const footings = { unit: 'int', kind: 'text', subject: 'uuid', version: 'bigint' };

/**
 * The one statement that writes state. Per batch it
 * 1. locks the subjects, kind by kind in the order given, within a kind by id, and sees which stand at the version they were read at;
 * 2. inserts the idempotency keys and the consumed sequences of the units whose subjects all stand, in key order;
 * 3. writes state, entries and queue rows of the units that won both.
 *
 * The fixed orders are what keeps writers from deadlocking; step 2 before 3 is what keeps a key from being applied twice.
 * The caller must see to it that no two units of a batch write one subject, use one key or consume one subject, and that no
 * kind is both written and leaned on.
 */
export function recordStatement({ kinds, hasKeys, hasConsumed }: BatchShape): RecordStatement {
  const { parameters, bind } = createParameters();
  const given = (alias: string, columns: Record<string, string>): string => {
    const arrays = Object.entries(columns).map(([name, type]) => bind(`${alias}.${name}`, `${type}[]`));
    return `${alias} as materialized (select * from unnest(${arrays.join(', ')}) as t(${Object.keys(columns).join(', ')}))`;
  };
  const held = kinds.filter(({ move, isGuard }) => move !== null || isGuard);
  const ready = held.length > 0 ? 'ready' : 'u';
  const won = [
    ...(hasKeys ? ['(client is null or (client, key) in (select client, key from keyed))'] : []),
    ...(hasConsumed
      ? [
          '(consumer is null or (consumer, consumed_kind, consumed_subject) in (select consumer, kind, subject from taken))',
        ]
      : []),
  ];
  const go = won.length > 0 ? 'go' : ready;
  const steps = [
    given('u', { ...units, ...(hasKeys ? keys : {}), ...(hasConsumed ? consumptions : {}) }),
    ...(held.length > 0 ? [given('f', footings), ...standing(held)] : []),
    ...(hasKeys ? [keying(ready)] : []),
    ...(hasConsumed ? [consuming(ready)] : []),
    ...(won.length > 0 ? [`go as materialized (select unit from ${ready} where ${won.join(' and ')})`] : []),
    ...kinds.flatMap((use) => writing(use, { go, bind })),
    `e as materialized (select * from json_to_recordset(${bind('entries', 'json')}) as t(unit int, ${entryColumns
      .map(({ name, type }) => `${name} ${typeInJson(type)}`)
      .join(', ')}))`,
    `noted as (insert into entry (${entryNames}) select ${entryNames} from e join ${go} using (unit) returning id)`,
    'queued as (insert into unplaced (id) select id from noted)',
  ];
  const outer = [...new Set([ready, go])].filter((source) => source !== 'u');
  const text = `with
${steps.join(',\n')}
select u.unit, ${ready}.unit is not null as ready, ${go}.unit is not null as recorded, ${hasKeys ? 'u.client is not null' : 'false'} as keyed
  from u ${outer.map((source) => `left join ${source} using (unit)`).join(' ')}`;
  return { text, parameters };
}

const entryColumns = Object.entries({
  id: 'uuid',
  kind: 'text',
  subject: 'uuid',
  version: 'bigint',
  type: 'text',
  time: 'timestamptz(3)',
  data: 'jsonb',
  detail: 'jsonb',
  actor: 'jsonb',
  audience: 'uuid',
  traceparent: 'text',
  nonce: 'bytea',
}).map(([name, type]) => ({ name, type }));
const entryNames = entryColumns.map(({ name }) => name).join(', ');

const keying = (
  ready: string,
): string => `keyed as (insert into idempotency (client, key, fingerprint, kind, subject, version, time)
  select client, key, fingerprint, key_kind, key_subject, key_version, now() from ${ready} where client is not null order by client, key
  on conflict do nothing returning client, key)`;
const consuming = (ready: string): string => `taken as (insert into consumed as c (consumer, kind, subject, sequence)
  select consumer, consumed_kind, consumed_subject, sequence from ${ready} where consumer is not null order by consumer, consumed_kind, consumed_subject
  on conflict (consumer, kind, subject) do update set sequence = excluded.sequence where c.sequence < excluded.sequence returning consumer, kind, subject)`;

type Bind = (name: string, type: string) => string;

function createParameters(): { parameters: readonly string[]; bind: Bind } {
  const parameters: string[] = [];
  return { parameters, bind: (name, type) => `$${parameters.push(name)}::${type}` };
}

/** Locks what a batch stands on, and tells the units of which all stands. What it makes it needs not lock. */
function standing(held: readonly KindUse[]): string[] {
  const locks = held.map(({ kind, table, isGuard }, index) => {
    const previous = held[index - 1];
    const after = previous === undefined ? '' : `(select count(*) from ${locked(previous.kind)}) >= 0 and `;
    const wanted = `select subject from f where kind = '${kind}'`;
    return `${locked(kind)} as materialized (
  select id, version from ${quoted(table.name)} where ${after}id in (${wanted}) order by id for ${isGuard ? 'share' : 'update'})`;
  });
  const anyLocked = held.map(({ kind }) => `select '${kind}' as kind, id, version from ${locked(kind)}`);
  return [
    ...locks,
    `locked as (${anyLocked.join(' union all ')})`,
    `fallen as (select f.unit from f left join locked l on l.kind = f.kind and l.id = f.subject where l.version is distinct from f.version)`,
    'ready as materialized (select * from u where unit not in (select unit from fallen))',
  ];
}

/**
 * Writes the rows of a kind. Only columns that this writer knows are named: those of a newer version keep what they have, or get
 * their default.
 */
function writing({ kind, table, make, move }: KindUse, { go, bind }: { go: string; bind: Bind }): string[] {
  const rows = (name: string, columns: readonly Column[]) =>
    `json_to_recordset(${bind(`${name} ${kind}`, 'json')}) as s(".unit" int, ${columns
      .map((column) => `${quoted(column.name)} ${typeInJson(column.type)}`)
      .join(', ')}) join ${go} on ${go}.unit = s.".unit"`;
  const names = (columns: readonly Column[], alias = '') => columns.map(({ name }) => alias + quoted(name)).join(', ');
  return [
    ...(make === null
      ? []
      : [
          `${quoted(`made_${kind}`)} as (insert into ${quoted(table.name)} (${names(make)}) select ${names(make, 's.')} from ${rows('made', make)})`,
        ]),
    ...(move === null
      ? []
      : [
          `${quoted(`moved_${kind}`)} as (update ${quoted(table.name)} t set (${names(move)}) = row(${names(move, 's.')}) from ${rows('moved', [{ property: 'id', name: 'id', type: 'uuid' }, ...move])} where t.id = s.id)`,
        ]),
  ];
}

/** What a value is taken for while rows are made of JSON. It becomes jsonb where it is written: made on the way, that takes Postgres three times as long. */
const typeInJson = (type: string): string => (type === 'jsonb' ? 'json' : type);

const quoted = (name: string): string => `"${name}"`;
const locked = (kind: string): string => quoted(`locked_${kind}`);
