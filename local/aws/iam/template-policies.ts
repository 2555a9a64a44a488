import { isList, isObject, type ResolvedTemplate, type Resource, TemplateError } from '../template/template.ts';
import { type Policy, readPolicy } from './policy.ts';

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
