import { emulated, label, type SupportTable, without } from '../template/check-support.ts';

/** Buckets without their websites, and the policies of roles. */
export const supportedProperties: SupportTable = {
  'AWS::S3::Bucket': {
    properties: {
      BucketName: emulated,
      'LifecycleConfiguration.Rules.*.ExpirationInDays': emulated,
      'LifecycleConfiguration.Rules.*.Prefix': emulated,
      'LifecycleConfiguration.Rules.*.Status': emulated,
      'LifecycleConfiguration.Rules.*.Id': label,
      'LifecycleConfiguration.Rules.*.AbortIncompleteMultipartUpload.**': without(
        'there are no multipart uploads here',
      ),
      'LifecycleConfiguration.Rules.*.NoncurrentVersionExpiration.**': without('there are no versions here'),
      'LifecycleConfiguration.Rules.*.ExpiredObjectDeleteMarker': without('there are no versions here'),
      'VersioningConfiguration.Status': without('the S3 server keeps the newest version only'),
      'BucketEncryption.**': without('says how the disk stores the bytes'),
      'LoggingConfiguration.**': without('access logs of S3 come hours later'),
      'NotificationConfiguration.EventBridgeConfiguration.**': without('nothing listens to bucket events'),
      'OwnershipControls.**': without('there are no ACLs here'),
      'PublicAccessBlockConfiguration.BlockPublicAcls': without('there are no ACLs here'),
      'PublicAccessBlockConfiguration.IgnorePublicAcls': without('there are no ACLs here'),
      'PublicAccessBlockConfiguration.BlockPublicPolicy': emulated,
      'PublicAccessBlockConfiguration.RestrictPublicBuckets': emulated,
      'Tags.**': label,
    },
  },
  'AWS::IAM::Role': {
    properties: {
      RoleName: emulated,
      'Policies.**': emulated,
      'ManagedPolicyArns.*': emulated,
      'AssumeRolePolicyDocument.**': without('a function always gets the role that it names'),
      Description: label,
      'Tags.**': label,
    },
  },
  'AWS::IAM::Policy': {
    properties: { PolicyName: label, 'PolicyDocument.**': emulated, 'Roles.*': emulated },
  },
};
