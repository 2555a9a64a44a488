import { resolveTemplate } from '../../local/aws/template/resolve.ts';
import {
  indexByType,
  type JsonObject,
  type RawResource,
  type Resource,
  type ResourceIndex,
} from '../../local/aws/template/template.ts';

export const account = {
  region: 'us-east-1',
  accountId: '1',
  partition: 'aws',
  urlSuffix: 'amazonaws.com',
  stackName: 'S',
};

export const resolved = (Resources: Record<string, RawResource>) => resolveTemplate({ Resources }, account);

export const bucket = (BucketName: string, more: JsonObject = {}): RawResource => ({
  Type: 'AWS::S3::Bucket',
  Properties: { BucketName, ...more },
});

export const role = (...Statement: readonly JsonObject[]): RawResource => ({
  Type: 'AWS::IAM::Role',
  Properties: { RoleName: 'r', Policies: [{ PolicyName: 'p', PolicyDocument: { Statement } }] },
});

/** A resolved resource whose logical id is also what `Ref` returns. */
export function aResource(type: string, properties: object, logicalId = 'It'): Resource {
  return { logicalId, type, properties: properties as JsonObject, ref: logicalId, attributes: {} };
}

export const templateOf = (...resources: readonly Resource[]): ResourceIndex => indexByType(resources);
