/** A redirect as it came. */
export interface KeptRedirect {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** The part of a browser's cache that makes loops: the redirects that it keeps. Images are asked for again, as after a reload. */
export interface BrowserMemory {
  find(url: string): KeptRedirect | undefined;
  keep(url: string, redirect: KeptRedirect): void;
  forget(): void;
  size(): number;
}

export function createBrowserMemory(clock: { now(): number }): BrowserMemory {
  const kept = new Map<string, KeptRedirect & { readonly until: number }>();
  return {
    find(url) {
      const redirect = kept.get(url);
      return redirect && clock.now() < redirect.until ? redirect : undefined;
    },
    keep(url, { status, headers }) {
      const seconds = freshSeconds(status, headers, clock.now());
      if (seconds > 0) kept.set(url, { status, headers, until: clock.now() + seconds * 1000 });
      else kept.delete(url);
    },
    forget: () => kept.clear(),
    size: () => kept.size,
  };
}

/** Chromium keeps a 301 and a 308 for ever where nothing else is said (net/http/http_response_headers.cc), others never. */
export function freshSeconds(status: number, headers: Readonly<Record<string, string>>, now: number): number {
  const control = headers['cache-control']?.toLowerCase() ?? '';
  if (/\bno-(store|cache)\b/.test(control)) return 0;
  const [, maxAge] = /\bmax-age="?(\d+)/.exec(control) ?? [];
  if (maxAge !== undefined) return Number(maxAge) - Number(headers.age ?? 0);
  if (headers.expires !== undefined) return (Date.parse(headers.expires) - now) / 1000 || 0;
  return status === 301 || status === 308 ? Number.POSITIVE_INFINITY : 0;
}

/** Chromium and the fetch standard give up after as many. */
export const maxRedirects = 20;

export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}
