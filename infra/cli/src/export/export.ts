import { rename } from 'node:fs/promises';
import { z } from 'zod';
import { CalledWrongly, optionsOf, typedPath } from '../called-wrongly.ts';
import type { Command, Terminal } from '../command.ts';
import { type Source, sourceOf } from './source.ts';
import { endOf, openUnfinished, type UnfinishedEnd } from './unfinished.ts';

const help = `rohnamo export --service <name or address> --out <file>

Fetches all entries of a service's journal, for rohnamo verify. Entries hold ids, codes and times, nothing personal.

  --service  the name of a service of the npm start that runs here, or an address, https://…
  --out      the file; until it is complete it is <file>.unfinished, and the next call goes on from there

For an address, set ISSUER, CLIENT_ID and CLIENT_SECRET: a client of the role auditor.
Exit code: 0 done, 1 it could not be had (call again), 2 called wrongly.
`;
const progressEveryMs = 1000;
const lineFeed = 0x0a;

export const exportEntries: Command = {
  summary: 'fetches the entries of a journal, for verify',
  help,
  run,
};

/** It could not be had now. Says what to do. */
class NotHad extends Error {
  override name = 'NotHad';
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { service, out } = optionsOf(args, { service: { type: 'string' }, out: { type: 'string' } });
  if (service === undefined || out === undefined) throw new CalledWrongly('--service and --out are needed.');
  const source = await sourceOf(service, terminal);
  const file = typedPath(out, terminal);
  try {
    const rows = await fetchInto(`${file}.unfinished`, source, terminal);
    await rename(`${file}.unfinished`, file);
    terminal.say(`${out} is complete, ${rows} rows fetched.\n`);
    return 0;
  } catch (error) {
    if (error instanceof CalledWrongly) throw error;
    const why = error instanceof NotHad ? error.message : `the connection broke (${codeOf(error)})`;
    terminal.say(`${why}. Call again: what is in ${out}.unfinished is kept.\n`);
    return 1;
  }
}

/** Appends what is not there yet. Answers how many rows came. */
async function fetchInto(path: string, source: Source, { say }: Terminal): Promise<number> {
  const file = await openUnfinished(path);
  try {
    const end = await endOf(file);
    if (end !== null) say(`Going on from position ${end.position} ...\n`);
    const chunks = afterSameLine(await entriesOf(source, { end, path }), { end, path });
    await chunks.next();
    await file.truncate(end?.offset ?? 0);
    let [offset, rows, toldAt] = [end?.offset ?? 0, 0, Date.now()];
    for await (const chunk of chunks) {
      await file.write(chunk, 0, chunk.length, offset);
      offset += chunk.length;
      for (let at = chunk.indexOf(lineFeed); at !== -1; at = chunk.indexOf(lineFeed, at + 1)) rows += 1;
      if (Date.now() - toldAt < progressEveryMs) continue;
      toldAt = Date.now();
      say(`${rows} rows ...\n`);
    }
    await file.sync();
    return rows;
  } finally {
    await file.close();
  }
}

/** The entries from the last line of an unfinished export on, which comes again so that it can be compared. @throws NotHad, CalledWrongly */
async function entriesOf(
  source: Source,
  { end, path }: { end: UnfinishedEnd | null; path: string },
): Promise<AsyncIterable<Uint8Array>> {
  const headers = { authorization: `Bearer ${await tokenFor(source)}` };
  // That the journal is in another life does not matter here: the last line is compared.
  const generation = end === null ? null : await generationOf(source);
  const life = generation === null ? '' : `&generation=${generation}`;
  const from = end === null ? '' : `?after=${end.position - 1}${life}`;
  const response = await fetch(`${source.url}/v1/journal/entries${from}`, { headers });
  if (response.status === 422) throw ofAnotherJournal(path);
  if (response.status !== 200 || response.body === null)
    throw new NotHad(`${source.url} answered with ${response.status}`);
  return response.body;
}

/** First nothing, once the line that is there already has come again; then all chunks, that line included. @throws CalledWrongly */
async function* afterSameLine(
  chunks: AsyncIterable<Uint8Array>,
  { end, path }: { end: UnfinishedEnd | null; path: string },
): AsyncGenerator<Buffer> {
  const line = end === null ? Buffer.alloc(0) : Buffer.from(`${end.line}\n`);
  let head = Buffer.alloc(0);
  let isSame = false;
  for await (const bytes of chunks) {
    const chunk = Buffer.from(bytes);
    head = isSame ? chunk : Buffer.concat([head, chunk]);
    if (head.length < line.length) continue;
    if (!isSame && !head.subarray(0, line.length).equals(line)) break;
    if (!isSame) yield Buffer.alloc(0);
    isSame = true;
    yield head;
  }
  if (!isSame && end !== null) throw ofAnotherJournal(path);
}

const ofAnotherJournal = (path: string): CalledWrongly =>
  new CalledWrongly(
    `${path} does not end as this journal goes on: it is of another one, or the journal was restored since. Delete it, or name another --out.`,
  );

const Life = z.object({ generation: z.string().optional() });

/** The life that the journal is in; null of a service that tells none. @throws NotHad */
async function generationOf({ url }: Source): Promise<string | null> {
  const response = await fetch(`${url}/v1/journal/checkpoint`);
  if (!response.ok) throw new NotHad(`${url} answered with ${response.status}`);
  return Life.parse(await response.json()).generation ?? null;
}

const TokenAnswer = z.object({ access_token: z.string() });

/** @throws NotHad, without the client's secret */
async function tokenFor({ issuer, clientId, clientSecret }: Source): Promise<string> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  if (!response.ok)
    throw new NotHad(`${issuer}/token answered with ${response.status}: is the client of the role auditor?`);
  return TokenAnswer.parse(await response.json()).access_token;
}

/** The code of what broke; its message may hold addresses and more. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? ('code' in cause ? String(cause.code) : cause.name) : 'unknown';
}
