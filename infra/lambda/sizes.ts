import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { deflateRawSync } from 'node:zlib';

/**
 * A larger zip makes a cold start longer. libvips alone is 8.2 MB of it on x64 and 8.5 MB on arm64, so these limits
 * allow little else.
 */
export const sizeLimits = {
  x64: { bytes: 21_000_000, zipBytes: 8_800_000 },
  arm64: { bytes: 21_000_000, zipBytes: 9_000_000 },
};

/** The headers of one file in a zip, without its name: local and central (PKWARE APPNOTE 4.3.7, 4.3.12). */
const headerBytes = 30 + 46;
const endBytes = 22;

/** Returns the size of the code, unpacked and zipped. CDK zips with zlib's default level. */
export function measureSizes(folder: string): { files: number; bytes: number; zipBytes: number } {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  let bytes = 0;
  let zipBytes = endBytes;
  for (const path of paths) {
    const content = readFileSync(path);
    bytes += content.length;
    zipBytes += deflateRawSync(content).length + headerBytes + 2 * Buffer.byteLength(relative(folder, path));
  }
  return { files: paths.length, bytes, zipBytes };
}
