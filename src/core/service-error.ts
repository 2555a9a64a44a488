/** Every way in which a request can end without an image: its code, its status and its public message. */

interface Row<Facts> {
  readonly status: number;
  readonly say: (facts: Facts) => string;
}

const row = <Facts>(status: number, say: (facts: Facts) => string) => ({ status, say }) satisfies Row<Facts>;

/** Public messages quote what was given, shortened. They are sent as JSON, so nothing in them can become markup. */
const quote = (given: string) => JSON.stringify(given.length > 200 ? `${given.slice(0, 200)}…` : given);
const number = (value: number) => value.toLocaleString('en-US');
type None = Readonly<Record<string, never>>;

/** Two keys can look the same and differ in their bytes. The difference is shown in escapes. */
function unicodeForm(key: string): string {
  const escaped = (text: string) =>
    quote(text).replace(/[^ -~]/gu, (mark) => `\\u{${mark.codePointAt(0)?.toString(16)}}`);
  const other = key === key.normalize('NFC') ? key.normalize('NFD') : key.normalize('NFC');
  return other === key
    ? ''
    : ` The key asked for is ${escaped(key)}; ${escaped(other)} looks the same and is another key.`;
}

export const errorTable = {
  'key-missing': row(400, (_: None) => 'No key was given: expected resize?key=<preset>/<key of the original>.'),
  'key-malformed': row(
    400,
    (f: { given: string; fault: string }) =>
      `The key ${quote(f.given)} ${f.fault}: expected <preset>/<key of the original>, such as 200x200/profile/ann.jpg.`,
  ),
  'edge-only': row(403, (_: None) => 'The API answers CloudFront only: request the image from the image host.'),
  'preset-unlisted': row(
    403,
    (f: { given: string; allowed: readonly string[] }) =>
      `The preset ${quote(f.given)} is not on the list: expected one of ${f.allowed.join(', ')}.`,
  ),
  'original-missing': row(404, (f: { key: string }) => `There is no original ${quote(f.key)}.${unicodeForm(f.key)}`),
  'method-not-allowed': row(
    405,
    (f: { given: string }) => `The method ${quote(f.given)} is not allowed: expected GET, HEAD or OPTIONS.`,
  ),
  'original-too-large': row(
    413,
    (f: { what: string; actual: number; limit: number }) =>
      `The original is too large: ${number(f.actual)} ${f.what}, expected at most ${number(f.limit)}.`,
  ),
  'original-too-slow': row(
    413,
    (f: { limitSeconds: number }) =>
      `The original could not be resized within ${f.limitSeconds} seconds. Upload an image with fewer pixels.`,
  ),
  'type-unsupported': row(
    415,
    (f: { seen: string }) =>
      `The original is ${f.seen}: expected a JPEG, PNG, WebP, GIF or AVIF image. Convert it and upload it again.`,
  ),
  'image-broken': row(
    422,
    (f: { fault: string }) => `The original is damaged or incomplete: ${f.fault}. Upload the file again.`,
  ),
  'original-replaced': row(503, (f: { key: string }) => `The original ${quote(f.key)} was replaced while it was read.`),
  'store-unavailable': row(503, (f: { doing: string }) => `The store failed while ${f.doing}. Please try again.`),
  'store-slow': row(504, (f: { doing: string }) => `The store took too long while ${f.doing}.`),
  'store-refused': row(500, (f: { doing: string }) => `The store refused access while ${f.doing}.`),
  'internal-error': row(500, (_: None) => 'An internal error occurred. Its log line has the request id.'),
} as const;

export type ErrorCode = keyof typeof errorTable;
type FactsOf<Code extends ErrorCode> = Parameters<(typeof errorTable)[Code]['say']>[0];

/** A refusal (4xx) or a fault (5xx). Its code names the row of the table, its message is that row's public message. */
export class ServiceError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code;
  readonly status: number;

  constructor(code: Code, facts: FactsOf<Code>, options?: { cause?: unknown }) {
    const entry = errorTable[code] as Row<FactsOf<Code>>;
    super(entry.say(facts), options);
    this.name = 'ServiceError';
    this.code = code;
    this.status = entry.status;
  }

  /** The service failed, as opposed to a refusal. */
  get isFault(): boolean {
    return this.status >= 500;
  }
}

/** Any error as a row of the table. What is not a `ServiceError` is an internal error. */
export function asServiceError(thrown: unknown): ServiceError {
  return thrown instanceof ServiceError ? thrown : new ServiceError('internal-error', {}, { cause: thrown });
}
