import { BlockList } from 'node:net';
import {
  isList,
  isObject,
  isRecord,
  type ResolvedTemplate,
  type Resource,
  TemplateError,
} from '../template/template.ts';

/** A question to a policy: may the principal do this with that resource? */
export interface AccessRequest {
  /** As `s3:GetObject`. */
  readonly action: string;
  /** ARN of the bucket or of the object. */
  readonly resource: string;
  /** ARN of the role, or the name of a service. */
  readonly principal: string;
  readonly accountId: string;
  /** Values of condition keys, by their lower-case names. */
  readonly context: Readonly<Record<string, string | undefined>>;
}

export type Verdict = 'allow' | 'deny' | 'silent';
export type Policy = (request: AccessRequest) => Verdict;

type Test = (request: AccessRequest) => boolean;
type Operator = (expected: readonly string[], actual: string | undefined) => boolean;

/**
 * A key that the request lacks fails a positive operator and passes a negated one ("IAM JSON policy elements: Condition
 * operators").
 */
const operators: Readonly<Record<string, Operator>> = {
  StringEquals: (expected, actual) => actual !== undefined && expected.includes(actual),
  StringNotEquals: (expected, actual) => actual === undefined || !expected.includes(actual),
  StringLike: (expected, actual) => actual !== undefined && wildcards(expected).test(actual),
  StringNotLike: (expected, actual) => actual === undefined || !wildcards(expected).test(actual),
  ArnEquals: (expected, actual) => actual !== undefined && wildcards(expected).test(actual),
  ArnLike: (expected, actual) => actual !== undefined && wildcards(expected).test(actual),
  IpAddress: (expected, actual) => actual !== undefined && expected.some((range) => isWithin(range, actual)),
  Bool: (expected, actual) => actual !== undefined && expected.includes(actual),
};

/** The keys that a call can carry here. A condition on any other is refused, since its value is unknown. */
const knownKeys = [
  'aws:principalaccount',
  'aws:principalarn',
  'aws:referer',
  'aws:securetransport',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  's3:prefix',
];

/** The services whose policies count here. Statements about others are skipped. */
const services = /^(?:s3:|sqs:|cloudfront:|\*)/i;

/** Reads the statements about these services of a policy document. An element that is not emulated is an error that names it. */
export function readPolicy(where: string, document: unknown): Policy {
  const statements = listOf(isRecord(document) ? document.Statement : undefined)
    .map((statement, index) => readStatement(`${where}.Statement.${index}`, statement))
    .filter((statement) => statement !== undefined);
  return (request) => {
    const effects = statements
      .filter(({ tests }) => tests.every((holds) => holds(request)))
      .map(({ effect }) => effect);
    if (effects.includes('deny')) return 'deny';
    return effects.includes('allow') ? 'allow' : 'silent';
  };
}

/** Combines policies: one must allow, and none may deny. */
export function combine(policies: readonly Policy[]): (request: AccessRequest) => boolean {
  return (request) => {
    const verdicts = policies.map((policy) => policy(request));
    return verdicts.includes('allow') && !verdicts.includes('deny');
  };
}

const elements = ['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition'];

function readStatement(
  where: string,
  statement: unknown,
): { readonly effect: Verdict; readonly tests: readonly Test[] } | undefined {
  if (!isRecord(statement)) throw new Error(`${where} is ${JSON.stringify(statement)}: expected an object`);
  const actions = textsOf(`${where}.Action`, statement.Action ?? []);
  // A statement about other services only.
  if (actions.length > 0 && !actions.some((action) => services.test(action))) return undefined;
  const unknown = Object.keys(statement).find((name) => !elements.includes(name));
  if (unknown !== undefined) throw new Error(`${where}.${unknown} is not emulated: expected ${elements.join(', ')}`);
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
    throw new Error(`${where}.Effect is ${JSON.stringify(statement.Effect)}: expected Allow or Deny`);
  }
  const action = wildcards(actions, 'i');
  const resource = wildcards(textsOf(`${where}.Resource`, statement.Resource ?? []));
  return {
    effect: statement.Effect === 'Allow' ? 'allow' : 'deny',
    tests: [
      (request) => action.test(request.action),
      (request) => resource.test(request.resource),
      principalTest(statement.Principal),
      ...conditionTests(`${where}.Condition`, statement.Condition ?? {}),
    ],
  };
}

/** The policies of a role name no principal. */
function principalTest(principal: unknown): Test {
  if (principal === undefined) return () => true;
  const values = isRecord(principal) ? [principal.AWS, principal.Service].flatMap(listOf) : listOf(principal);
  const named = values.map(String);
  return ({ principal: role, accountId }) =>
    named.some((name) => name === '*' || name === role || name === accountId || name.endsWith(`::${accountId}:root`));
}

function conditionTests(where: string, conditions: unknown): readonly Test[] {
  if (!isRecord(conditions)) throw new Error(`${where} is ${JSON.stringify(conditions)}: expected an object`);
  return Object.entries(conditions).flatMap(([name, keys]) => {
    const operator = operators[name];
    if (!operator) throw new Error(`${where}.${name} is not emulated: expected ${Object.keys(operators).join(', ')}`);
    return Object.entries(isRecord(keys) ? keys : {}).map(([key, values]): Test => {
      if (!knownKeys.includes(key.toLowerCase())) {
        throw new Error(`${where}.${name}.${key} is not emulated: expected ${knownKeys.join(', ')}`);
      }
      const expected = textsOf(`${where}.${name}.${key}`, values);
      return ({ context }) => operator(expected, context[key.toLowerCase()]);
    });
  });
}

/** Whether an IPv4 address is in a CIDR range, or equals it. */
function isWithin(range: string, address: string): boolean {
  const [network = '', bits = '32'] = range.split('/');
  const list = new BlockList();
  list.addSubnet(network, Number(bits), 'ipv4');
  return list.check(address, 'ipv4');
}

/** One expression for a list of IAM patterns: `*` is any text, `?` one character. */
export function wildcards(patterns: readonly string[], flags = ''): RegExp {
  const escaped = patterns.map((pattern) =>
    pattern.replace(/[.*+?^${}()|[\]\\]/g, (mark) => (mark === '*' ? '.*' : mark === '?' ? '.' : `\\${mark}`)),
  );
  return new RegExp(`^(?:${escaped.join('|')})$`, `s${flags}`);
}

function textsOf(where: string, value: unknown): string[] {
  const texts = listOf(value).map((item) => (typeof item === 'boolean' ? String(item) : item));
  if (texts.every((item) => typeof item === 'string')) return texts;
  throw new Error(`${where} is ${JSON.stringify(value)}: expected text or a list of texts`);
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** Managed policies that grant nothing on S3. Any other has to be written out in the template. */
const withoutS3 = /^arn:aws:iam::aws:policy\/(service-role\/AWSLambdaBasicExecutionRole|AWSXRayDaemonWriteAccess)$/;

/** The policies of each role of the template, by the role's ARN. */
export function rolePolicies({ account, ofType }: ResolvedTemplate): ReadonlyMap<string, readonly Policy[]> {
  const attached = ofType('AWS::IAM::Policy');
  return new Map(
    ofType('AWS::IAM::Role').map((role) => {
      checkManaged(role);
      const inline = isList(role.properties.Policies) ? role.properties.Policies : [];
      const own = inline.map((policy, index) => {
        const document = isObject(policy) ? policy.PolicyDocument : undefined;
        return readPolicy(`${role.logicalId}.Policies.${index}.PolicyDocument`, document);
      });
      const further = attached
        .filter(({ properties }) => isList(properties.Roles) && properties.Roles.includes(role.ref))
        .map(({ logicalId, properties }) => readPolicy(`${logicalId}.PolicyDocument`, properties.PolicyDocument));
      return [`arn:${account.partition}:iam::${account.accountId}:role/${role.ref}`, [...own, ...further]];
    }),
  );
}

function checkManaged({ logicalId, properties }: Resource): void {
  const managed = isList(properties.ManagedPolicyArns) ? properties.ManagedPolicyArns : [];
  const unknown = managed.find((arn) => !withoutS3.test(String(arn)));
  if (unknown === undefined) return;
  throw new TemplateError(`${logicalId}: the managed policy ${String(unknown)} is not emulated`);
}

/** The policy of each bucket that has one, by the bucket's name. */
export function bucketPolicies({ ofType }: ResolvedTemplate): ReadonlyMap<string, Policy> {
  return new Map(
    ofType('AWS::S3::BucketPolicy').map(({ logicalId, properties }) => [
      String(properties.Bucket),
      readPolicy(`${logicalId}.PolicyDocument`, properties.PolicyDocument),
    ]),
  );
}

/**
 * The policy of a bucket as Block Public Access leaves it. With BlockPublicPolicy S3 refuses a public one, so that the
 * deployment fails. With RestrictPublicBuckets it accepts it and lets nobody from outside in.
 */
export function policyForOutsiders({ ofType }: ResolvedTemplate, bucketName: string): unknown {
  const bucket = ofType('AWS::S3::Bucket').find(({ ref }) => ref === bucketName);
  const policy = ofType('AWS::S3::BucketPolicy').find(({ properties }) => properties.Bucket === bucketName);
  const document = policy?.properties.PolicyDocument;
  const block = bucket?.properties.PublicAccessBlockConfiguration;
  const { BlockPublicPolicy, RestrictPublicBuckets } = isRecord(block) ? block : {};
  if (!policy || !isPublic(document)) return document;
  if (BlockPublicPolicy === true) {
    throw new TemplateError(
      `${policy.logicalId}: S3 refuses a public policy, since ${bucket?.logicalId} has BlockPublicPolicy`,
    );
  }
  return RestrictPublicBuckets === true ? undefined : document;
}

/** Keys whose fixed value makes a policy non-public ("Blocking public access": The meaning of "public"). Referer is none. */
const narrowing = /^aws:(sourceip|sourcearn|sourcevpc|sourcevpce|sourceaccount|userid|principalorgid|calledvialast)$/i;

function isPublic(document: unknown): boolean {
  const statements = isRecord(document) && Array.isArray(document.Statement) ? document.Statement : [];
  return statements.some((statement) => {
    if (!isRecord(statement) || statement.Effect !== 'Allow') return false;
    const principal = isRecord(statement.Principal) ? statement.Principal.AWS : statement.Principal;
    const everybody = [principal].flat().includes('*');
    const keys = Object.values(isRecord(statement.Condition) ? statement.Condition : {}).flatMap((one) =>
      isRecord(one) ? Object.keys(one) : [],
    );
    return everybody && !keys.some((key) => narrowing.test(key));
  });
}
