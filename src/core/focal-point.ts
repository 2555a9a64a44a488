/** The point of an image that a crop keeps in view, in parts of its width and its height, once it is upright. */
export interface FocalPoint {
  readonly x: number;
  readonly y: number;
}

/** Name of the user metadata of an original in S3: `x-amz-meta-focal: 0.42,0.31`. */
export const focalMetadata = 'focal';

const part = '(0(?:\\.\\d+)?|1(?:\\.0+)?)';
const point = new RegExp(`^${part}, ?${part}$`);

/** `undefined` if there is none, `malformed` if it is no pair of numbers from 0 to 1. */
export function readFocalPoint(written: string | undefined): FocalPoint | 'malformed' | undefined {
  if (written === undefined) return undefined;
  const [, x, y] = point.exec(written) ?? [];
  return x === undefined || y === undefined ? 'malformed' : { x: Number(x), y: Number(y) };
}

/**
 * Everything outside the preset that shapes a derivative: the original's ETag, and its focal point if it has one. A copy
 * that changes the metadata only keeps the ETag. The ETag is opaque: of a multipart upload it is no MD5.
 */
export function identityText(etag: string, focal: ReturnType<typeof readFocalPoint>): string {
  return typeof focal === 'object' ? `${etag} ${focal.x},${focal.y}` : etag;
}
