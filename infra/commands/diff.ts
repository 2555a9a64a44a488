/** `make diff`: shows what a deploy would change, compared with what is deployed or, without AWS, with TEMPLATE=old.json. */
import { readFileSync } from 'node:fs';
import { placeholderIds } from '../preset-definitions.ts';
import { deployedBefore, requireAccess } from './account.ts';
import { readOptions } from './options.ts';
import { command } from './run.ts';
import { refusal, showDiff } from './show-diff.ts';
import { synth } from './synth.ts';

await command(() => {
  const { environment, template, acceptsDestruction } = readOptions('diff');
  const given =
    template === '' ? requireAccess(environment) : { template: readTemplate(template), ids: placeholderIds };
  synth();
  const before = given ?? deployedBefore(environment);
  const destructive = showDiff(environment, before);
  if (destructive.length > 0 && !acceptsDestruction) throw refusal('diff', environment.stage, destructive);
});

function readTemplate(file: string): unknown {
  try {
    const template: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof template === 'object' && template !== null && 'Resources' in template) return template;
  } catch (cause) {
    throw new Error(`TEMPLATE ${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  throw new Error(`TEMPLATE ${file} has no Resources: expected a CloudFormation template as JSON`);
}
