import type { SubjectTable } from './table.ts';

/** What a batch does to one kind: its rows are made, moved, either, or only leaned on. */
export interface KindUse {
  kind: string;
  table: SubjectTable;
  use: 'make' | 'move' | 'make or move' | 'guard';
}

/** What a batch has in it. The statement does nothing for what it has not. */
export interface BatchShape {
  kinds: readonly KindUse[];
  hasKeys: boolean;
  hasConsumed: boolean;
}

/** Parameters 1 to 19 are the same for every batch; the rows of each written kind follow, in the order of the kinds. */
const fixedParameterCount = 19;

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
export function recordStatement({ kinds, hasKeys, hasConsumed }: BatchShape): string {
  const steps = [
    `u as materialized (select * from unnest($1::int[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::uuid[], $7::bigint[], $8::text[], $9::uuid[], $10::bigint[])
  as t(unit, client, key, fingerprint, key_kind, key_subject, key_version, consumer, consumed_subject, sequence))`,
    'r as materialized (select * from unnest($11::int[], $12::text[], $13::uuid[], $14::bigint[]) as t(unit, kind, subject, expected))',
    'g as materialized (select * from unnest($15::int[], $16::text[], $17::uuid[], $18::bigint[]) as t(unit, kind, subject, version))',
    `e as materialized (select * from jsonb_to_recordset($19::jsonb) as t(unit int, id uuid, kind text, subject uuid, version bigint, type text,
  time timestamptz(3), data jsonb, detail jsonb, actor jsonb, audience uuid, traceparent text, nonce bytea))`,
    ...standing(kinds),
    ...(hasKeys
      ? [
          `keyed as (insert into idempotency (client, key, fingerprint, kind, subject, version, time)
  select client, key, fingerprint, key_kind, key_subject, key_version, now() from ready where client is not null order by client, key
  on conflict do nothing returning client, key)`,
        ]
      : []),
    ...(hasConsumed
      ? [
          `taken as (insert into consumed as c (consumer, subject, sequence)
  select consumer, consumed_subject, sequence from ready where consumer is not null order by consumer, consumed_subject
  on conflict (consumer, subject) do update set sequence = excluded.sequence where c.sequence < excluded.sequence returning consumer, subject)`,
        ]
      : []),
    `go as materialized (select unit from ready where true
    ${hasKeys ? 'and (client is null or (client, key) in (select client, key from keyed))' : ''}
    ${hasConsumed ? 'and (consumer is null or (consumer, consumed_subject) in (select consumer, subject from taken))' : ''})`,
    ...kinds.filter(({ use }) => use !== 'guard').flatMap(writing),
    `noted as (insert into entry (id, kind, subject, version, type, time, data, detail, actor, audience, traceparent, nonce)
  select id, kind, subject, version, type, time, data, detail, actor, audience, traceparent, nonce from e join go using (unit) returning id)`,
    'queued as (insert into unplaced (id) select id from noted)',
  ];
  return `with
${steps.join(',\n')}
select u.unit, ready.unit is not null as ready, go.unit is not null as recorded, u.client is not null as keyed
  from u left join ready using (unit) left join go using (unit)`;
}

/** Locks what a batch stands on, and tells the units of which all stands. What it makes it needs not lock. */
function standing(kinds: readonly KindUse[]): string[] {
  const held = kinds.filter(({ use }) => use !== 'make');
  if (held.length === 0) return ['ready as materialized (select * from u)'];
  const locks = held.map(({ kind, table, use }, index) => {
    const previous = held[index - 1];
    const after = previous === undefined ? '' : `(select count(*) from ${locked(previous.kind)}) >= 0 and `;
    const wanted =
      use === 'guard'
        ? `select subject from g where kind = '${kind}'`
        : `select subject from r where kind = '${kind}' and expected > 0`;
    return `${locked(kind)} as materialized (
  select id, version from ${quoted(table.name)} where ${after}id in (${wanted}) order by id for ${use === 'guard' ? 'share' : 'update'})`;
  });
  const anyLocked = held.map(({ kind }) => `select '${kind}' as kind, id, version from ${locked(kind)}`);
  return [
    ...locks,
    `locked as (${anyLocked.join(' union all ')})`,
    `fallen as (
  select r.unit from r left join locked l on l.kind = r.kind and l.id = r.subject where r.expected > 0 and l.version is distinct from r.expected
  union all
  select g.unit from g left join locked l on l.kind = g.kind and l.id = g.subject where l.version is distinct from g.version)`,
    'ready as materialized (select * from u where unit not in (select unit from fallen))',
  ];
}

/** Writes the rows of a kind, which are the parameter with its number behind the fixed ones. */
function writing({ kind, table, use }: KindUse, index: number): string[] {
  const rows = `jsonb_populate_recordset(null::${quoted(table.name)}, $${fixedParameterCount + 1 + index}::jsonb) s join r on r.kind = '${kind}' and r.subject = s.id join go using (unit)`;
  const columns = Object.values(table.columnOf).filter((column) => column !== 'id');
  const make = `${quoted(`made_${kind}`)} as (insert into ${quoted(table.name)} select s.* from ${rows} where r.expected = 0)`;
  const move = `${quoted(`moved_${kind}`)} as (update ${quoted(table.name)} t set (${columns.map(quoted).join(', ')}) = row(${columns
    .map((column) => `s.${quoted(column)}`)
    .join(', ')}) from ${rows} where r.expected > 0 and t.id = s.id)`;
  return use === 'make' ? [make] : use === 'move' ? [move] : [make, move];
}

const quoted = (name: string): string => `"${name}"`;
const locked = (kind: string): string => quoted(`locked_${kind}`);
