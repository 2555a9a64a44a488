/** An error of the website endpoint. Its error page and its x-amz-error headers are made of this. */
export interface Failure {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Further lines of the page, in order. */
  readonly details: readonly (readonly [name: string, value: string])[];
}

export const failures = {
  noSuchBucket: (bucket: string) =>
    failure(404, 'NoSuchBucket', 'The specified bucket does not exist', [['BucketName', bucket]]),
  invalidUri: (path: string) => failure(400, 'InvalidURI', "Couldn't parse the specified URI.", [['URI', path]]),
  methodNotAllowed: (method: string) =>
    failure(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.', [
      ['Method', method],
      ['ResourceType', 'OBJECT'],
    ]),
  corsNotEnabled: (method: string) =>
    failure(403, 'AccessForbidden', 'CORSResponse: CORS is not enabled for this bucket.', [
      ['Method', method],
      ['ResourceType', 'OBJECT'],
    ]),
  noSuchKey: (key: string) => failure(404, 'NoSuchKey', 'The specified key does not exist.', [['Key', key]]),
  accessDenied: () => failure(403, 'AccessDenied', 'Access Denied', []),
  preconditionFailed: (condition: string) =>
    failure(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', [
      ['Condition', condition],
    ]),
  invalidRange: (range: string, bytes: number) =>
    failure(416, 'InvalidRange', 'The requested range is not satisfiable', [
      ['RangeRequested', range],
      ['ActualObjectSize', String(bytes)],
    ]),
};

/** Tells a failure from the other results of a lookup. */
export function isFailure(value: object): value is Failure {
  return 'code' in value && 'details' in value;
}

function failure(status: number, code: string, message: string, details: Failure['details']): Failure {
  return { status, code, message, details };
}
