import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** A checksum as S3 keeps it: the header that carries it, and its value in base64. */
export interface Checksum {
  readonly header: string;
  readonly value: string;
}

interface Hasher {
  update(bytes: Uint8Array): void;
  digest(): string;
}

/** The SDK's default is CRC32. CRC32C and CRC64NVME are not kept here, so their headers are refused as unknown. */
const hashers: Readonly<Record<string, () => Hasher>> = {
  'x-amz-checksum-crc32': crc32Hasher,
  'x-amz-checksum-sha1': () => cryptoHasher('sha1'),
  'x-amz-checksum-sha256': () => cryptoHasher('sha256'),
};

export const checksumHeaders: readonly string[] = Object.keys(hashers);

export function checksumHasher(header: string): Hasher | undefined {
  return hashers[header]?.();
}

function crc32Hasher(): Hasher {
  let sum = 0;
  return {
    update: (bytes) => {
      sum = crc32(bytes, sum);
    },
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(sum);
      return bytes.toString('base64');
    },
  };
}

function cryptoHasher(algorithm: string): Hasher {
  const hash = createHash(algorithm);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('base64') };
}
