/** A refusal as S3 words it. `details` become elements of the error document, such as `Key` and `BucketName`. */
export class S3Error extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, details: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = code;
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** Refuses by name what is not emulated. Ignored, it would let a test pass here that fails on AWS. */
export const notImplemented = (what: string) =>
  new S3Error(501, 'NotImplemented', `This server does not implement ${what}`);

export const accessDenied = () => new S3Error(403, 'AccessDenied', 'Access Denied');

export const invalidRequest = (message: string) => new S3Error(400, 'InvalidRequest', message);

export const noSuchBucket = (bucket: string) =>
  new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist', { BucketName: bucket });

export const noSuchKey = (key: string) =>
  new S3Error(404, 'NoSuchKey', 'The specified key does not exist.', { Key: key });

export const preconditionFailed = (condition: string) =>
  new S3Error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });
