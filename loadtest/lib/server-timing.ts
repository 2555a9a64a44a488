/** The phases of a reply by its `Server-Timing`, in milliseconds: `get;dur=31.5, resize;dur=120.2`. */
export function readServerTiming(header: string | undefined): Record<string, number> {
  const phases: Record<string, number> = {};
  for (const entry of (header ?? '').split(',')) {
    const [, name, milliseconds] = /^\s*([\w-]+)\s*;.*\bdur=([\d.]+)/.exec(entry) ?? [];
    if (name && milliseconds && Number.isFinite(Number(milliseconds))) phases[name] = Number(milliseconds);
  }
  return phases;
}
