import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { differencesIn, docsFolder, generatedDocuments, readCommitted } from './documents.ts';

const wanted = await generatedDocuments();
for (const { file, text } of differencesIn(wanted, readCommitted())) {
  const path = join(docsFolder, file);
  if (text === undefined) rmSync(path);
  else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  console.log(`${text === undefined ? 'deleted' : 'wrote'} docs/${file}`);
}
