import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emulated, label, type SupportTable, without } from '../template/check-support.ts';
import { Properties } from '../template/properties.ts';
import { type ResolvedTemplate, type Resource, TemplateError } from '../template/template.ts';

/** Who may invoke a function: one `AWS::Lambda::Permission`. */
export interface InvokePermission {
  readonly functionArn: string;
  readonly principal: string;
  readonly sourceArn?: string;
}

export interface LambdaFunction {
  readonly logicalId: string;
  readonly name: string;
  readonly version: string;
  /** Of the function itself, its versions and its aliases. */
  readonly arns: readonly string[];
  readonly roleArn: string;
  readonly runtime: string;
  readonly handler: string;
  readonly codeDirectory: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  /** Absent: the account's concurrency, 1,000 by default. */
  readonly reservedConcurrency?: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly logGroup: string;
  readonly applicationLogLevel: string;
}

/** Where the code of functions is. */
export interface CodeSource {
  assetDirectory(s3Key: string): string;
  /** A folder that replaces the asset of the function with these ARNs. */
  override?(arns: readonly string[]): string | undefined;
}

/** "Lambda quotas": all variables together. */
const maxVariableBytes = 4096;
const architectures = { x86_64: 'x64', arm64: 'arm64' } as const;

export function lambdaFunctions(template: ResolvedTemplate, code: CodeSource): readonly LambdaFunction[] {
  return template.ofType('AWS::Lambda::Function').map((resource) => readFunction(resource, template, code));
}

function readFunction(resource: Resource, template: ResolvedTemplate, code: CodeSource): LambdaFunction {
  const properties = Properties.of(resource);
  const arns = arnsOf(resource, template);
  const isPublished = template.ofType('AWS::Lambda::Version').some(({ ref }) => arns.includes(ref));
  const logging = properties.child('LoggingConfig');
  if (!logging) throw properties.refusal('LoggingConfig', 'LogFormat JSON: text logs are not emulated');
  logging.oneOf('LogFormat', ['JSON']);
  logging.oneOf('SystemLogLevel', ['INFO'], 'INFO');
  return {
    logicalId: resource.logicalId,
    name: resource.ref,
    version: isPublished ? '1' : '$LATEST',
    arns,
    roleArn: properties.text('Role'),
    // The chain's own Node.js runs the function.
    runtime: properties.oneOf('Runtime', [`nodejs${process.versions.node.split('.')[0]}.x`]),
    handler: properties.text('Handler'),
    codeDirectory: code.override?.(arns) ?? codeDirectory(properties, code),
    memoryMegabytes: properties.number('MemorySize', 128),
    timeoutSeconds: properties.number('Timeout', 3),
    ...(properties.has('ReservedConcurrentExecutions') && {
      reservedConcurrency: properties.number('ReservedConcurrentExecutions'),
    }),
    variables: readVariables(properties),
    logGroup: logging.text('LogGroup', `/aws/lambda/${resource.ref}`),
    applicationLogLevel: logging.text('ApplicationLogLevel', 'INFO'),
  };
}

/** The ARN of the function itself, then those of its versions and aliases. */
export function arnsOf({ ref: name }: Resource, template: ResolvedTemplate): readonly string[] {
  const arn = `${functionArnPrefix(template)}${name}`;
  const qualified = [...template.ofType('AWS::Lambda::Version'), ...template.ofType('AWS::Lambda::Alias')];
  return [arn, ...qualified.map(({ ref }) => ref).filter((ref) => ref.startsWith(`${arn}:`))];
}

function functionArnPrefix({ account: { partition, region, accountId } }: ResolvedTemplate): string {
  return `arn:${partition}:lambda:${region}:${accountId}:function:`;
}

function codeDirectory(properties: Properties, code: CodeSource): string {
  const source = properties.child('Code');
  if (source?.has('ZipFile')) return inlineCode(source.text('ZipFile'));
  if (!source?.has('S3Key')) throw properties.refusal('Code', 'S3Key or ZipFile');
  const directory = code.assetDirectory(source.text('S3Key'));
  const [architecture = 'x86_64'] = properties.texts('Architectures');
  const isOurs = architectures[architecture as keyof typeof architectures] === process.arch;
  if (isOurs || !isForOneProcessor(directory)) return directory;
  throw new TemplateError(
    `${properties.logicalId}: the code is for ${architecture} and this machine is ${process.arch}: name a folder with code for it (--code)`,
  );
}

/** JavaScript runs on any processor; native libraries do not. */
function isForOneProcessor(directory: string): boolean {
  return readdirSync(directory, { recursive: true }).some((file) => /\.(?:node|so(?:\.\d+)*)$/.test(String(file)));
}

/** The folder is named by the hash of the code, so that restarts reuse it. */
function inlineCode(text: string): string {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const folder = join(tmpdir(), `resize-on-miss-inline-${hash}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.js'), text);
  return folder;
}

function readVariables(properties: Properties): Readonly<Record<string, string>> {
  const variables = properties.child('Environment')?.child('Variables');
  const rows = (variables?.names() ?? []).map((name) => [name, variables?.text(name) ?? ''] as const);
  const reserved = rows.find(([name]) => /^(AWS_|LAMBDA_|_HANDLER$|_X_AMZN_TRACE_ID$)/.test(name));
  if (reserved) throw new TemplateError(`${properties.logicalId}: the variable ${reserved[0]} is reserved for Lambda`);
  const bytes = rows.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  if (bytes > maxVariableBytes) {
    throw new TemplateError(
      `${properties.logicalId}: the variables take ${bytes} bytes, expected at most ${maxVariableBytes}`,
    );
  }
  return Object.fromEntries(rows);
}

export function invokePermissions(template: ResolvedTemplate): readonly InvokePermission[] {
  return template
    .ofType('AWS::Lambda::Permission')
    .map(Properties.of)
    .filter((permission) => permission.text('Action') === 'lambda:InvokeFunction')
    .map((permission) => {
      const name = permission.text('FunctionName');
      const sourceArn = permission.optionalText('SourceArn');
      return {
        functionArn: name.startsWith('arn:') ? name : `${functionArnPrefix(template)}${name}`,
        principal: permission.text('Principal'),
        ...(sourceArn !== undefined && { sourceArn }),
      };
    });
}

export const supportedProperties: SupportTable = {
  'AWS::Lambda::Function': {
    properties: {
      FunctionName: emulated,
      Architectures: emulated,
      'Architectures.*': emulated,
      'Code.S3Key': emulated,
      'Code.ZipFile': emulated,
      'Code.S3Bucket': without('the asset is read from its folder in cdk.out'),
      Description: label,
      'Environment.Variables.*': emulated,
      Handler: emulated,
      'LoggingConfig.ApplicationLogLevel': emulated,
      'LoggingConfig.LogFormat': emulated,
      'LoggingConfig.LogGroup': emulated,
      'LoggingConfig.SystemLogLevel': emulated,
      MemorySize: emulated,
      ReservedConcurrentExecutions: emulated,
      Role: emulated,
      Runtime: emulated,
      'Tags.**': label,
      Timeout: emulated,
    },
  },
  'AWS::Lambda::Version': {
    properties: {
      FunctionName: emulated,
      Description: label,
      CodeSha256: without('a check at publication'),
    },
  },
  'AWS::Lambda::Alias': {
    properties: { FunctionName: emulated, FunctionVersion: emulated, Name: emulated, Description: label },
  },
  'AWS::Lambda::Permission': {
    properties: { Action: emulated, FunctionName: emulated, Principal: emulated, SourceArn: emulated },
  },
  'AWS::Logs::LogGroup': {
    properties: {
      LogGroupName: emulated,
      RetentionInDays: without('logs are kept while the chain runs'),
      'Tags.**': label,
    },
  },
};
