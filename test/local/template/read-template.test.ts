import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseTemplate, readTemplateFile } from '../../../local/aws/template/read-template.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describe('readTemplateFile()', () => {
  test("finds a function's code by the asset manifest beside the template", () => {
    const cdkOut = temporaryFolder();
    mkdirSync(join(cdkOut, 'asset.abc'));
    writeFileSync(join(cdkOut, 'Chain.template.json'), '{"Resources":{}}');
    const files = { abc: { source: { path: 'asset.abc', packaging: 'zip' } } };
    writeFileSync(join(cdkOut, 'Chain.assets.json'), JSON.stringify({ files }));
    const file = readTemplateFile(join(cdkOut, 'Chain.template.json'));
    expect(file.stackName).toBe('Chain');
    expect(file.assetDirectory('abc.zip')).toBe(join(cdkOut, 'asset.abc'));
    expect(() => file.assetDirectory('other.zip')).toThrow('No asset for S3Key "other.zip"');
  });

  test('says where it looked for a template that is not there', () => {
    expect(() => readTemplateFile('/nowhere/x.json')).toThrow('No template at /nowhere/x.json');
  });
});

describe('parseTemplate()', () => {
  test.each([
    ['text that is not JSON', 'Resources:\n', 'x.json is not JSON'],
    ['JSON that is no template', '{}', 'x.json is not a CloudFormation template'],
    [
      'a section that it does not know',
      '{"Resources":{},"Transform":"AWS::Serverless"}',
      'unknown section "Transform"',
    ],
    ['a resource without type', '{"Resources":{"A":{}}}', 'A: a resource needs a Type'],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseTemplate(text, 'x.json')).toThrow(message);
  });
});
