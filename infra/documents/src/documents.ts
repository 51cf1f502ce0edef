import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventsDocument } from './events-document.ts';
import { personalFieldsPage } from './personal-fields-page.ts';
import { problemPages } from './problem-pages.ts';
import { referralLifePage } from './referral-life-page.ts';
import { describeServices } from './services.ts';

export const docsFolder = fileURLToPath(new URL('../../../docs', import.meta.url));

/** Every generated file: its path under docs, and what is to be in it. */
export type Documents = ReadonlyMap<string, string>;

export async function generatedDocuments(): Promise<Documents> {
  const services = await describeServices();
  return new Map([
    ...services.map(({ name, openApi }): [string, string] => [`api/${name}.openapi.json`, json(openApi)]),
    ['api/events.asyncapi.json', json(eventsDocument(services))],
    ['referral-life.md', referralLifePage()],
    ['personal-fields.md', personalFieldsPage()],
    ...Object.entries(problemPages()).map(([name, page]): [string, string] => [`problems/${name}`, page]),
  ]);
}

/** What stands there now, where generated files belong. */
export const readCommitted = (): Documents =>
  new Map(
    globSync(['api/*.json', 'problems/*.md', 'referral-life.md', 'personal-fields.md'], { cwd: docsFolder })
      .toSorted()
      .map((file) => [file, readFileSync(join(docsFolder, file), 'utf8')]),
  );

/** The files that are not as they should be, with what is to be in them; without it where a file should not be. */
export const differencesIn = (wanted: Documents, found: Documents): { file: string; text: string | undefined }[] =>
  [...new Set([...wanted.keys(), ...found.keys()])]
    .filter((file) => wanted.get(file) !== found.get(file))
    .map((file) => ({ file, text: wanted.get(file) }));

const json = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;
