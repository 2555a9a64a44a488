import { build } from 'esbuild';

/** A few CommonJS packages that are bundled call `require` for Node's own modules, which an ES module lacks. */
const requireForEsm =
  "import { createRequire as createRequireForBundle } from 'node:module'; const require = createRequireForBundle(import.meta.url);";

/**
 * All JavaScript in one file: a cold start reads one file instead of a thousand. sharp's is in it too; only its
 * binaries stay outside, which it asks for by name, from wherever the bundle lies.
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
    // The SDK's ES modules leave a quarter of it out that nothing calls.
    mainFields: ['module', 'main'],
    external: ['@img/sharp-*'],
    banner: { js: requireForEsm },
    define: { 'process.env.SERVICE_VERSION': JSON.stringify(serviceVersion) },
    legalComments: 'linked',
    logLevel: 'warning',
  });
}
