import type { LocationEncoding } from '../config.ts';

/** Names and addresses that only a deployment knows. Decisions are in `config.ts`. */
export interface Environment {
  readonly originalsBucket: string;
  /** Absent: the region of the function. */
  readonly originalsRegion: string | undefined;
  readonly derivativesBucket: string;
  /** Without a slash at its end. */
  readonly imageBaseUrl: string;
  readonly stage: string;
  readonly locationEncoding: LocationEncoding;
  /** Set by the build. */
  readonly serviceVersion: string;
}

/** Reads the environment variables, once, when the process starts. Throws one error that names every fault. */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const faults: string[] = [];
  const read = (name: string, expected: string, isRight: (value: string) => boolean) => {
    const value = variables[name] ?? '';
    if (!isRight(value)) faults.push(`${name}: ${JSON.stringify(value)} given, expected ${expected}`);
    return value;
  };
  const given = (value: string) => value !== '';
  const environment: Environment = {
    originalsBucket: read('ORIGINALS_BUCKET', "the name of the originals' bucket", given),
    originalsRegion: variables.ORIGINALS_REGION || undefined,
    derivativesBucket: read('DERIVATIVES_BUCKET', "the name of the derivatives' bucket", given),
    imageBaseUrl: read('IMAGE_BASE_URL', 'an address such as https://img.example.com', (value) =>
      /^https?:\/\/[^/?#\s]+$/.test(value),
    ),
    stage: read('STAGE', 'the name of the environment, such as staging', given),
    locationEncoding: read('LOCATION_ENCODING', 'none, once, form or twice', (value) =>
      ['none', 'once', 'form', 'twice'].includes(value),
    ) as LocationEncoding,
    // The build replaces this expression (infra/lambda/bundle.ts), so it is not read from `variables`.
    serviceVersion: process.env.SERVICE_VERSION ?? 'unbuilt',
  };
  if (faults.length > 0) throw new Error(`The environment is not complete. ${faults.join('; ')}.`);
  return environment;
}
