import { isRecord } from '../../properties.ts';

/** One question to a bucket policy, asked for a viewer without credentials. */
export interface AnonymousCall {
  readonly action: 's3:GetObject' | 's3:ListBucket';
  /** Absent for the bucket itself. */
  readonly key?: string;
  readonly referer?: string | undefined;
  readonly secureTransport: boolean;
}

export type BucketPolicy = (call: AnonymousCall) => boolean;

interface Statement {
  readonly allows: boolean;
  readonly actions: RegExp;
  readonly resources: RegExp;
  readonly conditions: readonly ((call: AnonymousCall) => boolean)[];
}

type Operator = (expected: readonly string[], actual: string | undefined) => boolean;

/** A key that the request lacks fails a positive operator and passes a negated one (IAM user guide, condition operators). */
const operators: Readonly<Record<string, Operator>> = {
  StringEquals: (expected, actual) => actual !== undefined && expected.includes(actual),
  StringNotEquals: (expected, actual) => actual === undefined || !expected.includes(actual),
  StringLike: (expected, actual) => actual !== undefined && wildcards(expected, '').test(actual),
  StringNotLike: (expected, actual) => actual === undefined || !wildcards(expected, '').test(actual),
  Bool: (expected, actual) => actual !== undefined && expected.includes(actual),
};

/** Names of condition keys are not case-sensitive. */
const contextKeys: Readonly<Record<string, (call: AnonymousCall) => string | undefined>> = {
  'aws:referer': ({ referer }) => referer,
  'aws:securetransport': ({ secureTransport }) => String(secureTransport),
};

/**
 * Reads a PolicyDocument as far as it concerns anonymous readers. Statements for other principals are left out; one
 * that concerns them and holds something not known here is an error that names it, never a guess.
 */
export function readBucketPolicy(logicalId: string, bucketName: string, document: unknown): BucketPolicy {
  const statements = listOf(isRecord(document) ? document.Statement : undefined)
    .map((statement, at) => readStatement(`${logicalId}: PolicyDocument.Statement.${at}`, statement))
    .filter((statement) => statement !== undefined);

  return (call) => {
    const arn = `arn:aws:s3:::${bucketName}${call.key === undefined ? '' : `/${call.key}`}`;
    const matching = statements.filter(
      ({ actions, resources, conditions }) =>
        actions.test(call.action) && resources.test(arn) && conditions.every((holds) => holds(call)),
    );
    return matching.some(({ allows }) => allows) && matching.every(({ allows }) => allows);
  };
}

const statementFields = ['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition'];

function readStatement(where: string, statement: unknown): Statement | undefined {
  if (!isRecord(statement)) throw new Error(`${where} is ${JSON.stringify(statement)}: expected an object`);
  const unknown = Object.keys(statement).find((field) => !statementFields.includes(field));
  if (unknown !== undefined)
    throw new Error(`${where}.${unknown} is not emulated: expected ${statementFields.join(', ')}`);
  if (!isAnonymous(statement.Principal)) return undefined;
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
    throw new Error(`${where}.Effect is ${JSON.stringify(statement.Effect)}: expected Allow or Deny`);
  }
  return {
    allows: statement.Effect === 'Allow',
    actions: wildcards(textsOf(`${where}.Action`, statement.Action), 'i'),
    resources: wildcards(textsOf(`${where}.Resource`, statement.Resource), ''),
    conditions: readConditions(`${where}.Condition`, statement.Condition ?? {}),
  };
}

function isAnonymous(principal: unknown): boolean {
  const named = isRecord(principal) ? principal.AWS : principal;
  return listOf(named).includes('*');
}

function readConditions(where: string, conditions: unknown): ((call: AnonymousCall) => boolean)[] {
  if (!isRecord(conditions)) throw new Error(`${where} is ${JSON.stringify(conditions)}: expected an object`);
  return Object.entries(conditions).flatMap(([name, tests]) => {
    const operator = operators[name];
    if (!operator) throw new Error(`${where}.${name} is not emulated: expected ${Object.keys(operators).join(', ')}`);
    if (!isRecord(tests)) throw new Error(`${where}.${name} is ${JSON.stringify(tests)}: expected an object`);
    return Object.entries(tests).map(([key, given]) => {
      const read = contextKeys[key.toLowerCase()];
      if (!read) {
        throw new Error(`${where}.${name}.${key} is not emulated: expected ${Object.keys(contextKeys).join(', ')}`);
      }
      const expected = textsOf(`${where}.${name}.${key}`, given);
      return (call: AnonymousCall) => operator(expected, read(call));
    });
  });
}

/** One expression for a list of IAM patterns: `*` is any text, `?` one character, as in ARNs and StringLike. */
function wildcards(patterns: readonly string[], flags: string): RegExp {
  const escaped = patterns.map((pattern) =>
    pattern.replace(/[.*+?^${}()|[\]\\]/g, (mark) => (mark === '*' ? '.*' : mark === '?' ? '.' : `\\${mark}`)),
  );
  return new RegExp(`^(?:${escaped.join('|')})$`, `s${flags}`);
}

function textsOf(where: string, value: unknown): string[] {
  const texts = listOf(value).map((item) => (typeof item === 'boolean' ? String(item) : item));
  if (texts.length > 0 && texts.every((item) => typeof item === 'string')) return texts;
  throw new Error(`${where} is ${JSON.stringify(value)}: expected text or a list of texts`);
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
