/** An object as the website endpoint sees it. */
export interface WebsiteObject {
  readonly bytes: number;
  /** With its quotes. */
  readonly etag: string;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
  /**
   * What was stored with it, lower-case names: content-type, cache-control, content-disposition, content-encoding,
   * content-language, expires, x-amz-meta-*, and x-amz-website-redirect-location if it has one.
   */
  readonly headers: Readonly<Record<string, string>>;
}

/** What the website endpoint needs of a bucket: to read it, as the bucket's owner; who may read is decided here. */
export interface WebsiteObjects {
  /** `undefined` when there is no such object. */
  head(key: string): Promise<WebsiteObject | undefined>;
  get(key: string): Promise<(WebsiteObject & { readonly body: Uint8Array }) | undefined>;
}
