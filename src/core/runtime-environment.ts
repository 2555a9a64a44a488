import type { ServiceConfig } from '../config.ts';

/** What the process must find in its environment before it starts: libvips and glibc read these once, at load. */
export function runtimeEnvironment({ limits }: ServiceConfig): Record<string, string> {
  return {
    // Two arenas instead of one per thread: mixed resizes hold at 160-220 MB, where the default grew to 560 MB.
    MALLOC_ARENA_MAX: '2',
    // A second lock behind the loaders that the transformer allows by name.
    VIPS_BLOCK_UNTRUSTED: '1',
    VIPS_MAX_COORD: String(limits.maxOriginalSide),
  };
}
