/** `make docs`: writes the kept result into docs/bench.md and draws its image. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { docsFiles, root } from './docs-files.ts';

for (const [file, text] of Object.entries(docsFiles())) {
  writeFileSync(join(root, file), text);
  console.log(`${file} was written`);
}
