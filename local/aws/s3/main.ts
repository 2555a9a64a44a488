import { parseArgs } from 'node:util';
import { openEmbeddedStore } from './embedded-store.ts';
import { startS3 } from './server.ts';

const usage = `A small S3 server for one machine, on 127.0.0.1.

  node local/aws/s3/main.ts --port 9000 --dir .cache/s3

  --port N             port to listen on (default 9000; 0 takes a free one)
  --dir FOLDER         where buckets and objects are kept (default .cache/s3)
  --access-key ID      the access key of the buckets' owner (default: AWS_ACCESS_KEY_ID, else "test")
  --secret-key SECRET  not verified
  --help               this text
`;

try {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '9000' },
      dir: { type: 'string', default: '.cache/s3' },
      'access-key': { type: 'string', default: process.env.AWS_ACCESS_KEY_ID ?? 'test' },
      'secret-key': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) process.stdout.write(usage);
  else await serve(values.port, values.dir, values['access-key']);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  process.exitCode = 1;
}

async function serve(portText: string, directory: string, accessKey: string): Promise<void> {
  const port = Number(portText);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port ${portText}: expected 0 to 65535`);
  }
  const server = await startS3({
    store: openEmbeddedStore(directory),
    port,
    callers: new Map([[accessKey, 'owner']]),
  });
  process.stdout.write(`S3 listens on ${server.endpoint}, files in ${directory}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close());
}
