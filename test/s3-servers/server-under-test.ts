import type { S3ServerName } from './unsupported-keys.ts';

/** A ready-made S3 server that the suites run on besides ours. */
export interface ServerUnderTest {
  readonly name: S3ServerName;
  /** Builds or installs it into the folder unless it is there. Prints its progress, since that takes minutes. */
  install(cache: string): Promise<void>;
  /** Starts it, once installed. */
  command(cache: string, place: ServerPlace): readonly [program: string, ...args: string[]];
}

export interface ServerPlace {
  readonly port: number;
  /** Empty, and removed afterwards. */
  readonly directory: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}
