import { apiTypes } from './edge.ts';
import { at, list, type Plain, type Resource, refersTo, text, texts } from './plain-template.ts';

/** A Lambda that the API calls. */
export interface ResizeLambda {
  readonly id: string;
  readonly variables: ReadonlyMap<string, string>;
  /** `undefined` when its role is not in the template. */
  readonly grants: readonly Grant[] | undefined;
}

export interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

const functionTypes = ['AWS::Lambda::Function', 'AWS::Serverless::Function'];
const callers = ['AWS::ApiGatewayV2::Integration', 'AWS::ApiGateway::Method', ...apiTypes];

export function readLambdas(resources: readonly Resource[]): ResizeLambda[] {
  const functions = resources.filter(({ type }) => functionTypes.includes(type));
  const isCalled = ({ id }: Resource) =>
    namesOf(id, resources).some((name) => resources.some((resource) => calls(resource, name)));
  return functions.filter(isCalled).map((resource) => ({
    id: resource.id,
    variables: new Map(
      Object.entries(at(resource.properties, 'Environment', 'Variables') ?? {}).map(([name, value]) => [
        name,
        text(value),
      ]),
    ),
    grants: grantsOf(resource, resources),
  }));
}

/** Returns the ids of a function, its versions and its aliases. */
function namesOf(id: string, resources: readonly Resource[]): string[] {
  const others = resources.filter(
    ({ type, properties }) =>
      ['AWS::Lambda::Alias', 'AWS::Lambda::Version'].includes(type) &&
      refersTo(text(at(properties, 'FunctionName')), id),
  );
  return [id, ...others.map((other) => other.id)];
}

function calls({ type, properties }: Resource, functionName: string): boolean {
  const byPermission =
    type === 'AWS::Lambda::Permission' && text(at(properties, 'Principal')) === 'apigateway.amazonaws.com';
  return (byPermission || callers.includes(type)) && refersTo(JSON.stringify(properties), functionName);
}

function grantsOf(lambda: Resource, resources: readonly Resource[]): readonly Grant[] | undefined {
  if (lambda.type === 'AWS::Serverless::Function' && at(lambda.properties, 'Role') === undefined) {
    return list(at(lambda.properties, 'Policies')).flatMap(statementsOf);
  }
  const role = resources.find(
    ({ id, type }) => type === 'AWS::IAM::Role' && refersTo(text(at(lambda.properties, 'Role')), id),
  );
  if (!role) return undefined;
  const inline = list(at(role.properties, 'Policies')).map((policy) => at(policy, 'PolicyDocument'));
  const attached = resources
    .filter(
      ({ type, properties }) =>
        ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].includes(type) &&
        texts(at(properties, 'Roles')).some((name) => refersTo(name, role.id)),
    )
    .map(({ properties }) => at(properties, 'PolicyDocument'));
  const managed = texts(at(role.properties, 'ManagedPolicyArns')).filter((arn) =>
    /\/AmazonS3(Full|ReadOnly)Access$/.test(arn),
  );
  return [
    ...[...inline, ...attached].flatMap(statementsOf),
    ...managed.map(() => ({ actions: ['s3:*'], resources: ['*'] })),
  ];
}

function statementsOf(document: Plain | undefined): Grant[] {
  return list(at(document, 'Statement'))
    .filter((statement) => text(at(statement, 'Effect')) === 'Allow')
    .map((statement) => ({ actions: texts(at(statement, 'Action')), resources: texts(at(statement, 'Resource')) }));
}

/** Returns whether a grant allows the action on one of these ARNs, by the wildcards of IAM. */
export function allows(grants: readonly Grant[], action: string, arns: readonly string[]): boolean {
  const matches = (pattern: string, value: string) =>
    new RegExp(
      `^${pattern
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
      'i',
    ).test(value);
  return grants.some(
    ({ actions, resources }) =>
      actions.some((pattern) => matches(pattern, action)) &&
      resources.some((pattern) => arns.some((arn) => matches(pattern, arn))),
  );
}
