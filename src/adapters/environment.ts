import type { LocationEncoding } from '../config.ts';

/** Names and addresses that only a deployment knows. Decisions are in `config.ts`. */
interface Environment {
  readonly originalsBucket: string;
  /** Absent: the region of the function. */
  readonly originalsRegion: string | undefined;
  readonly derivativesBucket: string;
  readonly stage: string;
  /** Set by the build. */
  readonly serviceVersion: string;
}

export interface ResizeEnvironment extends Environment {
  /** Secrets of the edge, of which each request must carry one. `undefined`: the API is open, on its own host. */
  readonly originSecrets: readonly string[] | undefined;
  /** What a 301 leads to begins with this. Empty on the image host: there its `Location` is a path. */
  readonly imageBaseUrl: string;
  /** On the image host the key is read as S3 reads a path, since the edge writes it as the viewer did. */
  readonly locationEncoding: LocationEncoding;
}

export interface CanaryEnvironment extends Environment {
  readonly imageBaseUrl: string;
  /** Of its test images. */
  readonly prefix: string;
}

export interface PurgeEnvironment extends Environment {
  readonly distributionId: string;
  /** Of the queue that delays events until every resize of the old original has ended. */
  readonly secondPassQueueArn: string;
  /** Tags or paths for which the day's dollars are enough. */
  readonly invalidationsPerDay: number;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** `ORIGIN_SECRETS` is set where the API is on the image host, the other two where it is on its own. */
export function readResizeEnvironment(variables: Variables): ResizeEnvironment {
  const { read, shared, done } = reader(variables);
  const secrets = variables.ORIGIN_SECRETS;
  if (secrets) {
    const originSecrets = secrets.split(',');
    read('ORIGIN_SECRETS', 'one or two secrets of at least 32 letters and digits, with a comma between', () =>
      originSecrets.every((secret) => /^[A-Za-z0-9]{32,}$/.test(secret)),
    );
    return done({ ...shared, originSecrets, imageBaseUrl: '', locationEncoding: 'form' });
  }
  const imageBaseUrl = read(...imageBase);
  const locationEncoding = read('LOCATION_ENCODING', 'none, once, form or twice', (value) =>
    ['none', 'once', 'form', 'twice'].includes(value),
  ) as LocationEncoding;
  return done({ ...shared, originSecrets: undefined, imageBaseUrl, locationEncoding });
}

export function readCanaryEnvironment(variables: Variables): CanaryEnvironment {
  const { read, shared, done } = reader(variables);
  const imageBaseUrl = read(...imageBase);
  const prefix = read('CANARY_PREFIX', 'a prefix that ends with a slash', (value) => value.endsWith('/'));
  return done({ ...shared, imageBaseUrl, prefix });
}

export function readPurgeEnvironment(variables: Variables): PurgeEnvironment {
  const { read, shared, done } = reader(variables);
  const distributionId = read('DISTRIBUTION_ID', 'the id of the distribution', (value) => value !== '');
  const secondPassQueueArn = read('SECOND_PASS_QUEUE_ARN', "a queue's ARN", (value) => value.startsWith('arn:'));
  const perDay = read('INVALIDATIONS_PER_DAY', 'a whole number', (value) => /^\d+$/.test(value));
  return done({ ...shared, distributionId, secondPassQueueArn, invalidationsPerDay: Number(perDay) });
}

const imageBase = [
  'IMAGE_BASE_URL',
  'an address such as https://img.example.com',
  (value: string) => /^https?:\/\/[^/?#\s]+$/.test(value),
] as const;

/** Reads environment variables, once, when the process starts. `done` throws one error that names every fault. */
function reader(variables: Variables) {
  const faults: string[] = [];
  const read = (name: string, expected: string, isRight: (value: string) => boolean) => {
    const value = variables[name] ?? '';
    const given = /SECRET/.test(name) ? `${value.length} characters` : JSON.stringify(value);
    if (!isRight(value)) faults.push(`${name}: ${given} given, expected ${expected}`);
    return value;
  };
  const given = (value: string) => value !== '';
  const shared: Environment = {
    originalsBucket: read('ORIGINALS_BUCKET', "the name of the originals' bucket", given),
    originalsRegion: variables.ORIGINALS_REGION || undefined,
    derivativesBucket: read('DERIVATIVES_BUCKET', "the name of the derivatives' bucket", given),
    stage: read('STAGE', 'the name of the environment, such as staging', given),
    // The build replaces this expression (infra/lambda/bundle.ts), so it is not read from `variables`.
    serviceVersion: process.env.SERVICE_VERSION ?? 'unbuilt',
  };
  function done<Complete>(environment: Complete): Complete {
    if (faults.length > 0) throw new Error(`The environment is not complete. ${faults.join('; ')}.`);
    return environment;
  }
  return { read, shared, done };
}
