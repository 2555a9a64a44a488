import { parseArgs } from 'node:util';
import { startS3 } from './server.ts';

const usage = `A small S3 server for one machine.

  node local/aws/s3/main.ts --port 9000 --dir .cache/s3

  --port N             port to listen on (default 9000; 0 takes a free one)
  --dir FOLDER         where everything is kept (default .cache/s3)
  --host ADDRESS       address to listen on (default 127.0.0.1)
  --access-key ID      default: AWS_ACCESS_KEY_ID, else "test"
  --secret-key SECRET  default: AWS_SECRET_ACCESS_KEY, else "test"
  --region NAME        default: AWS_REGION, else us-east-1
  --help               this text
`;

const { env } = process;

try {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '9000' },
      dir: { type: 'string', default: '.cache/s3' },
      host: { type: 'string', default: '127.0.0.1' },
      'access-key': { type: 'string', default: env.AWS_ACCESS_KEY_ID ?? 'test' },
      'secret-key': { type: 'string', default: env.AWS_SECRET_ACCESS_KEY ?? 'test' },
      region: { type: 'string', default: env.AWS_REGION ?? 'us-east-1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) process.stdout.write(usage);
  else await serve(values);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  process.exitCode = 1;
}

async function serve(
  values: Readonly<Record<'port' | 'dir' | 'host' | 'access-key' | 'secret-key' | 'region', string>>,
): Promise<void> {
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port ${values.port}: expected 0 to 65535`);
  const server = await startS3({
    directory: values.dir,
    port,
    host: values.host,
    accessKeyId: values['access-key'],
    secretAccessKey: values['secret-key'],
    region: values.region,
  });
  process.stdout.write(`S3 listens on ${server.endpoint}, keeps everything in ${values.dir}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close());
}
