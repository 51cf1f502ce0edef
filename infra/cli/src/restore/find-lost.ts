import type { TopicName } from '@rohnamo/contracts';
import type { ServiceName } from '@rohnamo/launch';
import type { KafkaPositions } from '@rohnamo/messaging';
import { Client } from 'pg';
import type { DatabaseBackup } from '../backup/manifest.ts';
import { consumersMemory, topicsOf } from '../published-subjects.ts';
import { type Heard, highestOf, type LostSubject, lostSubjects, tableOf } from './lost-versions.ts';

const batchMax = 5000;

export interface LostSearch {
  service: ServiceName;
  backup: DatabaseBackup;
  /** The restored database, as its owner. */
  restored: Client;
  positions: KafkaPositions | null;
  /** A consumer's database, as its owner: the restored one where it is being restored, too. Null where there is none. */
  consumerUrl: (service: ServiceName) => string | null;
}

/** What others have heard of a service's subjects, and its restored database does not know: by Kafka, and by what its consumers remember. */
export async function findLost({
  service,
  backup,
  restored,
  positions,
  consumerUrl,
}: LostSearch): Promise<LostSubject[]> {
  const beyond: Heard[] = [];
  const versions = new Map<string, number>();
  const hold = async (heard: readonly Heard[]): Promise<void> => {
    for (const [topic, ofTopic] of Map.groupBy(heard, (each) => each.topic)) {
      const ids = [...new Set(ofTopic.map(({ id }) => id))];
      const known = await versionsOf(restored, topic, ids);
      for (const [id, version] of known) versions.set(`${topic} ${id}`, version);
      beyond.push(...ofTopic.filter(({ id, version }) => version > (known.get(id) ?? 0)));
    }
  };

  const published: Heard[] = [];
  await positions?.read(topicsOf(service), backup.kafka?.published ?? {}, (event) => {
    published.push({
      topic: event.type.slice(0, event.type.indexOf('.')) as TopicName,
      id: event.subject,
      version: event.sequence,
      event,
    }); // every type begins with a topic
  });
  for (let at = 0; at < published.length; at += batchMax) await hold(published.slice(at, at + batchMax));

  for (const { topic, service: consumer, heard } of consumersMemory.filter((each) =>
    topicsOf(service).includes(each.topic),
  )) {
    const url = consumerUrl(consumer);
    if (url !== null) for await (const batch of rowsOf(url, heard)) await hold(batch.map((row) => ({ topic, ...row })));
  }
  return lostSubjects(beyond, versions);
}

/** The next version of each is one that nobody has heard of yet. Without an entry: the trail shows which versions are missing. */
export async function raiseVersions(restored: Client, subjects: readonly LostSubject[]): Promise<void> {
  const raised = subjects.filter(({ outcome }) => outcome === 'raised');
  for (const [topic, ofTopic] of Map.groupBy(raised, (each) => each.topic))
    await restored.query(
      `update ${tableOf(topic)} t set version = h.version from unnest($1::uuid[], $2::bigint[]) as h(id, version)
        where t.id = h.id and t.version < h.version`,
      [ofTopic.map(({ subject }) => subject), ofTopic.map(highestOf)],
    );
}

async function versionsOf(restored: Client, topic: TopicName, ids: string[]): Promise<Map<string, number>> {
  const { rows } = await restored.query<{ id: string; version: string }>(
    `select id, version from ${tableOf(topic)} where id = any($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map(({ id, version }) => [id, Number(version)]));
}

/** The rows of a query, a batch at a time. */
async function* rowsOf(url: string, query: string): AsyncGenerator<{ id: string; version: number }[]> {
  const client = new Client({ connectionString: url, application_name: 'rohnamo restore' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`begin read only; declare heard cursor for ${query}`);
    for (;;) {
      const { rows } = await client.query<{ id: string; version: string }>(`fetch ${batchMax} from heard`);
      if (rows.length === 0) return;
      yield rows.map(({ id, version }) => ({ id, version: Number(version) }));
    }
  } finally {
    await client.end();
  }
}
