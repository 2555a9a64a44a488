import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isObject, type Json, type JsonObject, type Template, TemplateError } from './template.ts';

/** Sections that the resolver reads, and sections that have no effect at run time. Mappings and Conditions are not supported. */
const knownSections = new Set([
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Rules',
  'Resources',
  'Outputs',
]);

export interface TemplateFile {
  readonly template: Template;
  readonly stackName: string;
  /** The folder of the asset that `Code.S3Key` names, from the asset manifest beside the template. */
  assetDirectory(s3Key: string): string;
}

export function readTemplateFile(path: string): TemplateFile {
  if (!existsSync(path)) throw new TemplateError(`No template at ${path}: expected a CloudFormation template in JSON`);
  const template = parseTemplate(readFileSync(path, 'utf8'), path);
  const stackName = basename(path).replace(/(\.template)?\.json$/, '');
  const folder = dirname(resolve(path));
  const assets = readAssets(join(folder, `${stackName}.assets.json`));
  return {
    template,
    stackName,
    assetDirectory(s3Key) {
      const hash = basename(s3Key).replace(/\.[a-z]+$/, '');
      const directory = join(folder, assets.get(hash) ?? `asset.${hash}`);
      if (existsSync(directory)) return directory;
      throw new TemplateError(`No asset for S3Key "${s3Key}": expected the folder ${directory}`);
    },
  };
}

export function parseTemplate(text: string, source: string): Template {
  const template = parseJson(text, source);
  if (!isObject(template) || !isObject(template.Resources)) {
    throw new TemplateError(`${source} is not a CloudFormation template: expected an object with Resources`);
  }
  for (const section of Object.keys(template)) {
    if (!knownSections.has(section)) {
      throw new TemplateError(
        `${source}: unknown section "${section}", expected one of ${[...knownSections].join(', ')}`,
      );
    }
  }
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    if (!isObject(resource) || typeof resource.Type !== 'string') {
      throw new TemplateError(`${logicalId}: a resource needs a Type`);
    }
  }
  // Parameters, Outputs and Properties are checked where they are read.
  return template as unknown as Template;
}

function parseJson(text: string, source: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new TemplateError(`${source} is not JSON: expected a template as \`cdk synth\` writes it`, {
      cause,
    });
  }
}

/** The folder of each zipped asset, by its hash. */
function readAssets(path: string): ReadonlyMap<string, string> {
  if (!existsSync(path)) return new Map();
  const manifest = parseJson(readFileSync(path, 'utf8'), path) as { files?: Record<string, { source?: JsonObject }> };
  const rows = Object.entries(manifest.files ?? {}).flatMap(([hash, { source }]): [string, string][] =>
    source?.packaging === 'zip' && typeof source.path === 'string' ? [[hash, source.path]] : [],
  );
  return new Map(rows);
}
