import {
  isList,
  isObject,
  isRecord,
  type ResolvedTemplate,
  type Resource,
  TemplateError,
} from '../template/template.ts';
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
