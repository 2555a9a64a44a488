import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../local/temporary-folder.ts';

it('leaves nothing in the folder for temporary files, hundreds of templates a day as they are', () => {
  const [folder, { VITEST: _, ...env }] = [temporaryFolder(), process.env];
  const program = `import { readdirSync } from 'node:fs';
    import { templateOf } from ${JSON.stringify(join(import.meta.dirname, 'synthesized.ts'))};
    templateOf();
    console.log(readdirSync(${JSON.stringify(folder)}).length);`;
  const options = { env: { ...env, TMPDIR: folder }, encoding: 'utf8' } as const;
  expect(execFileSync(process.execPath, ['--input-type=module', '--eval', program], options)).toBe('1\n');
  expect(readdirSync(folder)).toEqual([]);
});
