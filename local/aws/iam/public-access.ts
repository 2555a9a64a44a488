import { isRecord, type ResolvedTemplate, TemplateError } from '../template/template.ts';

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
