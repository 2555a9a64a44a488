import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, relative } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';

/** CommonJS packages in the bundle and the plugin below call `require`, which an ES module does not have. */
const requireForEsm =
  "import { createRequire as createRequireForBundle } from 'node:module'; const require = createRequireForBundle(import.meta.url);";

/**
 * Bundles all JavaScript into one file, so that a cold start reads one file instead of a thousand. Only sharp's
 * binaries are outside: sharp requires them by name, relative to the bundle.
 */
export async function bundle(entry: string, outfile: string, serviceVersion: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // A quarter of the SDK is not called; esbuild can drop it from ES modules.
    mainFields: ['module', 'main'],
    external: ['@img/sharp-*'],
    plugins: [requireBuiltins, credentialsFromEnvironment],
    banner: { js: requireForEsm },
    define: { 'process.env.SERVICE_VERSION': JSON.stringify(serviceVersion) },
    legalComments: 'linked',
    logLevel: 'warning',
  });
}

/**
 * Loads Node's own modules by `require` instead of `import`. An import reads every export, and one of `node:http` is a
 * getter that loads all of undici (the WebSocket client): a tenth of a cold start.
 */
const requireBuiltins: Plugin = {
  name: 'require-builtins',
  setup(build) {
    build.onResolve({ filter: /^[a-z]/ }, ({ path, kind }) =>
      kind !== 'require-call' && isBuiltin(path) ? { path, namespace: 'builtin' } : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)})`,
    }));
  },
};

/**
 * Lambda passes the credentials of its role in the environment, which the SDK's default chain reads first. The rest of
 * that chain, for profiles, single sign-on and virtual machines, is a fifth of the bundle and is never used.
 */
const credentialsFromEnvironment: Plugin = {
  name: 'credentials-from-environment',
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ resolveDir }) => ({
      path: 'credentials',
      namespace: 'environment',
      pluginData: resolveDir,
    }));
    build.onLoad({ filter: /./, namespace: 'environment' }, ({ pluginData }) => ({
      contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env'",
      resolveDir: pluginData,
    }));
  },
};

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
