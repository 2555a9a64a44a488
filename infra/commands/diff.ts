/** `make diff`: shows what a deploy would change, compared with what is deployed or, without AWS, with TEMPLATE=old.json. */
import { readFileSync } from 'node:fs';
import { placeholderIds } from '../preset-warnings.ts';
import { deployedBefore, requireAccess } from './account.ts';
import { readOptions } from './options.ts';
import { command } from './run.ts';
import { refusal, showDiff } from './show-diff.ts';
import { synth } from './synth.ts';

await command(async () => {
  const { environment, template, acceptsDestruction } = readOptions('diff');
  if (template === '') requireAccess();
  synth();
  const before =
    template === ''
      ? deployedBefore(environment)
      : { template: JSON.parse(readFileSync(template, 'utf8')), ids: placeholderIds, file: template };
  const destructive = await showDiff(environment, before);
  if (destructive.length > 0 && !acceptsDestruction) throw refusal('diff', environment.stage, destructive);
});
