/**
 * Every decision of the service, each once. Plain data that imports nothing, so that the Lambda, CDK, k6, the bench
 * and the tests read the same facts. What types cannot say is checked by `core/check-config.ts`, at synth and in tests.
 */

/** A derivative's format, spelt as its suffix in a preset's name: `200x200.webp`. */
export type Format = 'jpg' | 'png' | 'webp' | 'avif';

/** What a preset's name can ask for. `auto`: what is best for a client that takes AVIF and WebP, decided by the image. */
export type AskedFormat = Format | 'auto';

/** How S3 writes a key into the `Location` of a redirect. */
export type LocationEncoding = 'none' | 'once' | 'form' | 'twice';

/**
 * `image-host`: viewers reach the API by CloudFront, under `/resize` on the host of the images, and it answers nobody else.
 * `own-host`: S3's redirect leads viewers to API Gateway's host.
 */
export type ApiOn = 'image-host' | 'own-host';

/** One entry of the allow-list. Its name is its size: `200x200` has a width and a height, `800x` a width only. */
export interface Preset {
  /** Pixels. */
  readonly width: number;
  /** Pixels. Absent in a width preset: there the height follows from the shape of the image. */
  readonly height?: number;
  /**
   * `cover` cuts the image to the shape of the preset, `inside` keeps the whole image. An original smaller than the
   * preset is cut to the same shape.
   */
  readonly fit: 'cover' | 'inside';
  /**
   * Which part a `cover` keeps of an original without a focal point (docs/decisions/029). `attention` looks for skin and
   * strong colours, and takes 1.13 times the CPU of `centre`.
   */
  readonly position?: 'centre' | 'top' | 'attention' | 'entropy';
  /** The colour behind transparent parts in a JPEG. Default: white. */
  readonly background?: string;
  /** Formats that can be asked for by a suffix. Without a suffix the derivative has the original's format; GIF becomes WebP. */
  readonly formats: readonly AskedFormat[];
  /**
   * Clients that ask for the preset without a suffix, and name AVIF or WebP in `Accept`, get `auto` or `webp` from the edge
   * (docs/decisions/027). Default: yes, where `formats` has `auto`. Before `auto` is removed from `formats`, deploy `false`.
   */
  readonly negotiate?: boolean;
  /** Keep all frames: GIF and WebP animations become animated WebP. Default: one frame, the first that shows something. */
  readonly animated?: boolean;
  /** Make small originals larger. Default: no. */
  readonly enlarge?: boolean;
  /**
   * The key of an original that is shown where the asked one does not exist (docs/decisions/028), such as
   * `_fallback/person.png`. Default: 404. `make preflight` and `make smoke` check that it exists.
   */
  readonly fallback?: string;
  /** How long a browser keeps a derivative of this preset. Default: `cache.browserSeconds`. */
  readonly browserSeconds?: number;
}

/** What one environment may do at most, and so also what an attacker can spend at most (`make cost`). */
export interface Capacity {
  /** Requests a second that the API accepts in the long run. */
  readonly apiRate: number;
  /** Requests that it accepts at once. */
  readonly apiBurst: number;
  /** Lambda environments at the same time. Lambda does not queue: requests beyond it fail. */
  readonly reservedConcurrency: number;
}

/** How derivatives of replaced and deleted originals are removed from S3 and from CloudFront (docs/decisions/025). */
export interface Purge {
  /** One tag removes all derivatives of an original. `paths` is for a distribution without tags, at a price for each size. */
  readonly invalidateBy: 'tags' | 'paths';
  /** Invalidations stop for the rest of the day (UTC) once they have cost so much. Deletes never stop. */
  readonly dollarsPerDay: number;
  /** How long messages are gathered for one batch. */
  readonly batchSeconds: number;
  readonly batchSize: number;
  /** Batches of one queue at the same time. Lambda takes 2 at least (ScalingConfig, MaximumConcurrency). */
  readonly concurrency: number;
  /** Between two invalidations of one queue: CloudFront's API is slow and throttled. */
  readonly secondsBetweenInvalidations: number;
  /** Of one run of the Lambda. */
  readonly lambdaSeconds: number;
  /** A message that has failed so often goes to the dead-letter queue. */
  readonly receives: number;
}

export interface ServiceConfig {
  readonly presets: Readonly<Record<string, Preset>>;
  readonly codecs: {
    /**
     * Quality 1-100. Huffman tables of its own make a JPEG of 100 x 100 a twelfth smaller, and one of 1280 wide by 1 % for
     * an eighth of its CPU time: only derivatives of up to `optimiseUpToPixels` get them.
     */
    readonly jpg: { readonly quality: number; readonly optimiseUpToPixels: number };
    /**
     * `compressionLevel` 0-9. Adaptive filters take a quarter off a photograph and add half to an icon, both without
     * loss; an original of more bytes a pixel than this is taken for a photograph.
     */
    readonly png: { readonly compressionLevel: number; readonly adaptiveFromBytesPerPixel: number };
    /** `effort` 0-6; `alphaQuality` 0-100: at 75 transparency is a sixth smaller and off by 2 of 255 at most. */
    readonly webp: { readonly quality: number; readonly effort: number; readonly alphaQuality: number };
    /** `effort` 0-9. */
    readonly avif: { readonly quality: number; readonly effort: number; readonly chromaSubsampling: '4:2:0' | '4:4:4' };
  };
  readonly cache: {
    /** How long a browser keeps a derivative: no purge reaches it, only another version in the URL (docs/decisions/026). */
    readonly browserSeconds: number;
    /** How long CloudFront keeps it, unless it is purged. */
    readonly edgeSeconds: number;
    /** How long S3 keeps it: the lifecycle rule. */
    readonly derivativeLifetimeDays: number;
    /** How long browsers may keep a refusal of the API, where it has its own host. */
    readonly refusalSeconds: number;
    /**
     * How long CloudFront keeps the website's 404: of a preset that is not on the list, or of a path that is no preset.
     * A missing original is no 404 of the website: it redirects to the API, whose 404 CloudFront never sees.
     */
    readonly notFoundSeconds: number;
    /** An existing derivative younger than this counts as a race of two first viewers, an older one as a suspected loop. */
    readonly raceGraceSeconds: number;
  };
  readonly capacity: Readonly<Record<'staging' | 'prod', Capacity>>;
  /**
   * Where the API has its own host, a key is read as S3 wrote it into `Location`. Public evidence says `twice`; `make
   * smoke` shows which one AWS uses. On the image host the edge writes the key, and this has no effect.
   */
  readonly locationEncoding: LocationEncoding;
  /** Log redirects at the edge and count them. Off saves the price of the log and loses the alarm on lost redirects. */
  readonly countEdgeRedirects: boolean;
  /**
   * What to do with an original that ends too early or is damaged in its pixels: `refuse` it with 422, or `serve` what can
   * be decoded, as browsers do (docs/decisions/008). A JPEG that lacks no more than a part of its last row of blocks is
   * always served.
   */
  readonly truncated: 'refuse' | 'serve';
  readonly limits: {
    readonly maxOriginalBytes: number;
    /** Pixels of the longer side. 65,535 is the most that JPEG and GIF can hold. */
    readonly maxOriginalSide: number;
    /** Of all frames that are decoded. */
    readonly maxOriginalPixels: number;
    /**
     * Memory that one resize may take on top of the resting process, as `core/working-memory.ts` computes it from the
     * header. `check-config` holds it against the memory of the function.
     */
    readonly maxWorkingBytes: number;
    /** Of all frames. A derivative that would have more is made smaller, in the same shape. */
    readonly maxDerivativePixels: number;
    /**
     * CPU time that decoding an original and encoding it as AVIF may take, by the rates in `core/derivative-size.ts`: neither
     * of AVIF's codecs can be stopped. `check-config` holds it against `decodeSeconds` on the vCPU of the function.
     */
    readonly maxAvifCpuSeconds: number;
    /** A valid progressive JPEG of 200 kB with 2,647 scans takes 16 seconds to decode. Photographs have about ten scans. */
    readonly maxJpegScans: number;
    /** Frames of an animation, where the preset keeps them. */
    readonly maxFrames: number;
    /** Bytes of a reply that carries a derivative: Lambda's 6 MB after base64. */
    readonly maxReplyBytes: number;
    /** libvips stops a pipeline after this; a decoder that does not hear of it ends the process one second later. */
    readonly decodeSeconds: number;
    /**
     * How long connecting to S3 may take, and waiting for its next byte: then the call is tried again, three times in
     * all, and may wait twice and three times as long.
     */
    readonly connectMilliseconds: number;
    readonly attemptMilliseconds: number;
    /** One S3 call, all its attempts and the body included. A look-up that takes longer is given up. */
    readonly headMilliseconds: number;
    readonly getMilliseconds: number;
    readonly putMilliseconds: number;
    /** The whole request. Each one is shorter than the next: request, Lambda, API. */
    readonly requestMilliseconds: number;
    readonly lambdaSeconds: number;
    readonly apiSeconds: number;
  };
  readonly logs: { readonly retentionDays: number };
  readonly purge: Purge;
  /** How often the canary loads a new image. */
  readonly canary: { readonly minutes: number };
  /** What k6 thresholds, alarms and the lines on the graphs read. Rates are parts of one. */
  readonly objectives: {
    /** p95 from the event to the reply, warm Lambda, of the named case of the bench. */
    readonly cold: { readonly benchCase: string; readonly p95Milliseconds: number };
    /** p95 of a view that CloudFront holds. */
    readonly warmP95Milliseconds: number;
    /** p95 from the upload of a replacement until the edge has no old image. */
    readonly purgeSeconds: number;
    readonly faultRate: number;
    readonly loopRate: number;
    readonly hitRate: number;
  };
}

const avatar = { fit: 'cover', position: 'attention', formats: ['webp', 'avif', 'auto'] } as const;
const content = { fit: 'inside', formats: ['webp', 'avif', 'auto'] } as const;
const days = 24 * 60 * 60;

export const config = {
  presets: {
    '48x48': { width: 48, height: 48, ...avatar },
    '100x100': { width: 100, height: 100, ...avatar },
    '200x200': { width: 200, height: 200, ...avatar },
    '400x400': { width: 400, height: 400, ...avatar },
    '320x': { width: 320, ...content },
    '640x': { width: 640, ...content },
    '1280x': { width: 1280, ...content },
    '1920x': { width: 1920, ...content },
    // The card that a link to a page shows elsewhere: readers of it take JPEG only.
    '1200x630': { width: 1200, height: 630, fit: 'cover', position: 'attention', formats: ['jpg'] },
  },

  codecs: {
    jpg: { quality: 80, optimiseUpToPixels: 100_000 },
    png: { compressionLevel: 6, adaptiveFromBytesPerPixel: 0.8 },
    webp: { quality: 80, effort: 2, alphaQuality: 75 },
    avif: { quality: 65, effort: 0, chromaSubsampling: '4:2:0' },
  },

  cache: {
    browserSeconds: 60 * 60,
    edgeSeconds: 14 * days,
    derivativeLifetimeDays: 90,
    refusalSeconds: 60,
    notFoundSeconds: 300,
    raceGraceSeconds: 60,
  },

  capacity: {
    staging: { apiRate: 20, apiBurst: 50, reservedConcurrency: 80 },
    // Ten viewers who each open a gallery of 60 new thumbnails at the same moment.
    prod: { apiRate: 100, apiBurst: 600, reservedConcurrency: 750 },
  },

  locationEncoding: 'twice',
  countEdgeRedirects: true,
  truncated: 'refuse',

  limits: {
    maxOriginalBytes: 25_000_000,
    maxOriginalSide: 65_535,
    maxOriginalPixels: 50_000_000,
    maxWorkingBytes: 500_000_000,
    maxDerivativePixels: 25_000_000,
    maxAvifCpuSeconds: 3.4,
    maxJpegScans: 100,
    maxFrames: 150,
    maxReplyBytes: 4_500_000,
    decodeSeconds: 8,
    connectMilliseconds: 500,
    attemptMilliseconds: 1_000,
    headMilliseconds: 1_000,
    getMilliseconds: 4_000,
    putMilliseconds: 4_000,
    requestMilliseconds: 16_000,
    lambdaSeconds: 18,
    apiSeconds: 29,
  },

  logs: { retentionDays: 30 },

  purge: {
    invalidateBy: 'tags',
    // 5,000 replaced or deleted originals.
    dollarsPerDay: 25,
    batchSeconds: 2,
    batchSize: 100,
    concurrency: 2,
    secondsBetweenInvalidations: 2,
    lambdaSeconds: 60,
    receives: 5,
  },

  canary: { minutes: 5 },

  objectives: {
    cold: { benchCase: 'jpeg-12mp 400x400', p95Milliseconds: 1_500 },
    warmP95Milliseconds: 100,
    purgeSeconds: 15,
    faultRate: 0.001,
    loopRate: 0.01,
    hitRate: 0.9,
  },
} as const satisfies ServiceConfig;
