import { isBuiltin } from 'node:module';
import { build, type Plugin } from 'esbuild';

/** CommonJS packages in the bundle, and the plugin below, call `require`, which an ES module lacks. */
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
    plugins: [requireBuiltins, credentialsFromEnvironment],
    banner: { js: requireForEsm },
    define: { 'process.env.SERVICE_VERSION': JSON.stringify(serviceVersion) },
    legalComments: 'linked',
    logLevel: 'warning',
  });
}

/**
 * Node's own modules by `require` instead of `import`. An import reads every export of the module, and one of
 * `node:http` is a getter that loads all of undici (the WebSocket client): a tenth of a cold start, for nothing.
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
 * Lambda hands its role's credentials over in the environment, where the SDK's default chain looks first. The rest of
 * that chain, for profiles, single sign-on and virtual machines, is a fifth of the bundle and would only be parsed.
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
