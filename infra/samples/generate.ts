import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { samplesFolder } from './src/csv.ts';
import { generatedFiles } from './src/generated-files.ts';

for (const [name, text] of Object.entries(generatedFiles())) {
  writeFileSync(join(samplesFolder, name), text);
  console.log(`wrote ${name}`);
}
