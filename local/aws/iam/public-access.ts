import { isRecord, type ResolvedTemplate, TemplateError } from '../template/template.ts';

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

/**
 * What Block Public Access makes of a bucket's policy. With BlockPublicPolicy S3 refuses to take a public one, so that
 * the deployment fails; with RestrictPublicBuckets it takes it, and nobody from outside gets in.
 */
export function policyForOutsiders({ resources }: ResolvedTemplate, bucketName: string): unknown {
  const bucket = resources.find(({ type, ref }) => type === 'AWS::S3::Bucket' && ref === bucketName);
  const policy = resources.find(
    ({ type, properties }) => type === 'AWS::S3::BucketPolicy' && properties.Bucket === bucketName,
  );
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
