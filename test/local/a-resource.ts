import { indexByType, type JsonObject, type Resource, type ResourceIndex } from '../../local/aws/template/template.ts';

/** A resolved resource whose logical id is also what `Ref` returns. */
export function aResource(type: string, properties: object, logicalId = 'It'): Resource {
  return { logicalId, type, properties: properties as JsonObject, ref: logicalId, attributes: {} };
}

export const templateOf = (...resources: readonly Resource[]): ResourceIndex => indexByType(resources);
