// A Lambda that is to a resize what a stub is to an image: the derivative is the original with the preset before it.
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const { ORIGINALS, DERIVATIVES, IMAGE_URL } = process.env;
const s3 = new S3Client({});

export async function handler(event) {
  const key = decodeURIComponent(event.rawQueryString.replace(/^key=/, ''));
  const original = key.replace(/^[^/]+\//, '');
  try {
    await s3.send(new HeadObjectCommand({ Bucket: DERIVATIVES, Key: key })).catch((error) => {
      if (error.$metadata?.httpStatusCode !== 404) throw error;
    });
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: ORIGINALS, Key: original }));
    const bytes = `${key.split('/')[0]} of ${await Body.transformToString()}`;
    await s3.send(
      new PutObjectCommand({
        Bucket: DERIVATIVES,
        Key: key,
        Body: bytes,
        ContentType: 'text/plain',
        CacheControl: 'max-age=600',
      }),
    );
  } catch (error) {
    console.error(`${error.name} ${error.$metadata?.httpStatusCode}`);
    return { statusCode: error.name === 'NoSuchKey' ? 404 : 500, body: error.name };
  }
  const location = `${IMAGE_URL}/${key.split('/').map(encodeURIComponent).join('/')}`;
  return { statusCode: 301, headers: { Location: location, 'Cache-Control': 'no-store' } };
}
