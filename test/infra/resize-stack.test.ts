import { Template } from 'aws-cdk-lib/assertions';
import { test } from 'vitest';
import { stackOf } from './synthesized.ts';

test('the stack has no cycle', () => {
  Template.fromStack(stackOf());
});
