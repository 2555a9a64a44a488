import type { LocationEncoding } from '../config.ts';

/** Where the chain's other parts are: addresses, which only a deployment knows. Decisions stand in `config.ts`. */
export interface Environment {
  readonly originalsBucket: string;
  /** Absent: the region of the function. */
  readonly originalsRegion: string | undefined;
  readonly derivativesBucket: string;
  /** Without a slash at its end. */
  readonly imageBaseUrl: string;
  readonly stage: string;
  readonly locationEncoding: LocationEncoding;
  /** Stamped in by the build. */
  readonly serviceVersion: string;
}

/** The only reader of the environment, once, when the process starts. Every fault is named at once. */
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
    serviceVersion: process.env.SERVICE_VERSION ?? 'unbuilt',
  };
  if (faults.length > 0) throw new Error(`The environment is not complete. ${faults.join('; ')}.`);
  return environment;
}
