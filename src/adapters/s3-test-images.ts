import { DeleteObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** A JPEG of 96 x 96 with a gradient, so that there is something to resize. 778 bytes. */
const image = Buffer.from(
  '/9j/2wBDABQUFBQVFBcZGRcfIh4iHy4rJycrLkYyNjI2MkZqQk5CQk5Cal5yXVZdcl6phXZ2hanDpJukw+zT0+z/////////2wBDARQUFBQVFBcZ' +
    'GRcfIh4iHy4rJycrLkYyNjI2MkZqQk5CQk5Cal5yXVZdcl6phXZ2hanDpJukw+zT0+z/////////wgARCABgAGADASIAAhEBAxEB/8QAFwABAQEB' +
    'AAAAAAAAAAAAAAAAAQAEBf/EABgBAQEBAQEAAAAAAAAAAAAAAAIBAwUE/9oADAMBAAIQAxAAAAHkq+sisYrGKzQVjFY8yr5grGKzQVjFYxaPOq+a' +
    'Kxi0czGKxip0zs6cwVjFYxUsVmgrHmV05grGKnQVjFYxWPMq+aKxisYrGKxi00//xAAUEAEAAAAAAAAAAAAAAAAAAABw/9oACAEBAAEFAhD/xAAV' +
    'EQEBAAAAAAAAAAAAAAAAAAABAP/aAAgBAwEBPwEYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYb/xAAUEQEAAAAAAAAAAAAAAAAAAABQ/9oACAEC' +
    'AQE/ARP/xAAUEAEAAAAAAAAAAAAAAAAAAABw/9oACAEBAAY/AhD/xAAUEAEAAAAAAAAAAAAAAAAAAABw/9oACAEBAAE/IRD/2gAMAwEAAgADAAAA' +
    'EPvecAAMQQAARQABDffjPff/ALr33rIIPKIIMMb/xAAUEQEAAAAAAAAAAAAAAAAAAABQ/9oACAEDAQE/EBAAAAAAAAAAAAP/xAAVEQEBAAAAAAAA' +
    'AAAAAAAAAAABAP/aAAgBAgEBPxBZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZb/xAAVEAEBAAAAAAAAAAAAAAAAAAABAP/aAAgBAQABPxAIIIII' +
    'IIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIII' +
    'IIIIIIIIIIIIIIIIIIIIIIIIIIL/2Q==',
  'base64',
);

/** Of one call; the SDK has no limit of its own. */
const limitMilliseconds = 5_000;

export interface TestImages {
  put(key: string): Promise<void>;
  /** Removes the original and its derivatives. */
  remove(key: string, derivativeKeys: readonly string[]): Promise<void>;
}

/** Uploads and removes test images, under a prefix that lifecycle rules empty after a day. */
export function s3TestImages(
  originals: { readonly client: S3Client; readonly bucket: string },
  derivatives: { readonly client: S3Client; readonly bucket: string },
): TestImages {
  const limited = () => ({ abortSignal: AbortSignal.timeout(limitMilliseconds) });
  const remove = ({ client, bucket }: typeof originals, key: string) =>
    client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }), limited());
  return {
    async put(key) {
      const command = new PutObjectCommand({
        Bucket: originals.bucket,
        Key: key,
        Body: image,
        ContentType: 'image/jpeg',
      });
      await originals.client.send(command, limited());
    },
    async remove(key, derivativeKeys) {
      await Promise.all([remove(originals, key), ...derivativeKeys.map((one) => remove(derivatives, one))]);
    },
  };
}
