import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  isList,
  isObject,
  type Json,
  type ResolvedTemplate,
  type Resource,
  TemplateError,
} from '../template/template.ts';

/** Who may invoke a function from outside: one `AWS::Lambda::Permission`. */
export interface Permission {
  readonly functionArn: string;
  readonly principal: string;
  readonly sourceArn?: string;
}

export interface LambdaFunction {
  readonly logicalId: string;
  readonly name: string;
  readonly version: string;
  /** The function itself and its versions and aliases: what an integration can name. */
  readonly arns: readonly string[];
  readonly roleArn: string;
  readonly runtime: string;
  readonly handler: string;
  readonly codeDirectory: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  /** Absent: the account's pool, of which a new account has 1,000. */
  readonly reservedConcurrency?: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly logGroup: string;
  readonly logFormat: 'Text' | 'JSON';
  readonly applicationLogLevel: string;
  readonly systemLogLevel: string;
}

/** Where a function's code lies: its asset, or a folder that takes the asset's place. */
export interface CodeSource {
  assetDirectory(s3Key: string): string;
  /** By the ARNs of a function. */
  override?(arns: readonly string[]): string | undefined;
}

/** "Lambda quotas": all variables together. */
const maxVariableBytes = 4096;
const architectures: Readonly<Record<string, string>> = { x86_64: 'x64', arm64: 'arm64' };

export function lambdaFunctions(template: ResolvedTemplate, code: CodeSource): readonly LambdaFunction[] {
  return template.resources
    .filter(({ type }) => type === 'AWS::Lambda::Function')
    .map((resource) => lambdaFunction(resource, template, code));
}

function lambdaFunction(resource: Resource, template: ResolvedTemplate, code: CodeSource): LambdaFunction {
  const { logicalId, ref: name } = resource;
  const { properties } = resource;
  const arns = arnsOf(resource, template);
  const isPublished = template.resources.some(({ type, ref }) => type === 'AWS::Lambda::Version' && arns.includes(ref));
  const logging = isObject(properties.LoggingConfig) ? properties.LoggingConfig : {};
  const reserved = properties.ReservedConcurrentExecutions;
  return {
    logicalId,
    name,
    version: isPublished ? '1' : '$LATEST',
    arns,
    roleArn: String(properties.Role),
    runtime: nodeRuntime(resource),
    handler: String(properties.Handler),
    codeDirectory: code.override?.(arns) ?? codeDirectory(resource, code),
    memoryMegabytes: Number(properties.MemorySize ?? 128),
    timeoutSeconds: Number(properties.Timeout ?? 3),
    ...(reserved === undefined ? {} : { reservedConcurrency: Number(reserved) }),
    variables: variables(resource),
    logGroup: String(logging.LogGroup ?? `/aws/lambda/${name}`),
    logFormat: logging.LogFormat === 'JSON' ? 'JSON' : 'Text',
    applicationLogLevel: String(logging.ApplicationLogLevel ?? 'INFO'),
    systemLogLevel: String(logging.SystemLogLevel ?? 'INFO'),
  };
}

/** Of the function itself, then of its versions and aliases. */
export function arnsOf({ ref: name }: Resource, { resources, account }: ResolvedTemplate): readonly string[] {
  const arn = `arn:${account.partition}:lambda:${account.region}:${account.accountId}:function:${name}`;
  const qualified = resources.filter(
    ({ type, ref }) => (type === 'AWS::Lambda::Version' || type === 'AWS::Lambda::Alias') && ref.startsWith(`${arn}:`),
  );
  return [arn, ...qualified.map(({ ref }) => ref)];
}

function nodeRuntime({ logicalId, properties }: Resource): string {
  const own = `nodejs${process.versions.node.split('.')[0]}.x`;
  if (properties.Runtime === own) return own;
  throw new TemplateError(
    `${logicalId}: the runtime is ${String(properties.Runtime)}, expected ${own}, which runs this chain`,
  );
}

function codeDirectory({ logicalId, properties }: Resource, code: CodeSource): string {
  const { S3Key, ZipFile } = isObject(properties.Code) ? properties.Code : {};
  if (typeof ZipFile === 'string') return inlineCode(ZipFile);
  if (typeof S3Key !== 'string') throw new TemplateError(`${logicalId}: Code needs S3Key or ZipFile`);
  const directory = code.assetDirectory(S3Key);
  const [architecture = 'x86_64'] = isList(properties.Architectures) ? properties.Architectures : [];
  if (architectures[String(architecture)] === process.arch || !isForOneProcessor(directory)) return directory;
  throw new TemplateError(
    `${logicalId}: its code is for ${String(architecture)} and this machine is ${process.arch}: name a folder with code built for it (--code)`,
  );
}

/** JavaScript runs anywhere; what it loads besides may not. */
function isForOneProcessor(directory: string): boolean {
  return readdirSync(directory, { recursive: true }).some((file) => /\.(?:node|so(?:\.\d+)*)$/.test(String(file)));
}

/** The same text has the same folder, so that nothing piles up. */
function inlineCode(text: string): string {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const folder = join(tmpdir(), `resize-on-miss-inline-${hash}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.js'), text);
  return folder;
}

function variables({ logicalId, properties }: Resource): Readonly<Record<string, string>> {
  const { Variables = {} } = isObject(properties.Environment) ? properties.Environment : {};
  const rows = Object.entries(isObject(Variables) ? Variables : {}).map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  const reserved = rows.find(([name]) => /^(AWS_|LAMBDA_|_HANDLER$|_X_AMZN_TRACE_ID$)/.test(name));
  if (reserved) throw new TemplateError(`${logicalId}: the variable ${reserved[0]} is reserved for Lambda`);
  const bytes = rows.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  if (bytes > maxVariableBytes) {
    throw new TemplateError(`${logicalId}: the variables take ${bytes} bytes, expected at most ${maxVariableBytes}`);
  }
  return Object.fromEntries(rows);
}

export function permissions({ resources, account }: ResolvedTemplate): readonly Permission[] {
  return resources
    .filter(
      ({ type, properties }) => type === 'AWS::Lambda::Permission' && properties.Action === 'lambda:InvokeFunction',
    )
    .map(({ properties }) => ({
      functionArn: fullArn(
        properties.FunctionName,
        `arn:${account.partition}:lambda:${account.region}:${account.accountId}`,
      ),
      principal: String(properties.Principal),
      ...(properties.SourceArn === undefined ? {} : { sourceArn: String(properties.SourceArn) }),
    }));
}

function fullArn(functionName: Json | undefined, prefix: string): string {
  const name = String(functionName);
  return name.startsWith('arn:') ? name : `${prefix}:function:${name}`;
}
