/** One HTTP exchange as plain values, between the sockets and the emulators. */

export interface HttpRequest {
  readonly method: string;
  /** Path and query exactly as they came over the wire, still encoded. */
  readonly target: string;
  /** Lower-case names; repeats joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Address of the client. */
  readonly ip: string;
}

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** One `Set-Cookie` header each: the only header that cannot be joined. */
  readonly cookies?: readonly string[];
  readonly body: Uint8Array;
}

export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse>;
