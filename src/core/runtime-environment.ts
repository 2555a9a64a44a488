/** What the process must find in its environment before it starts: libvips and glibc read these once, at load. */
export const runtimeEnvironment = {
  // Two arenas instead of one per thread: mixed resizes hold at 160-220 MB, where the default grew to 560 MB.
  MALLOC_ARENA_MAX: '2',
  // A second lock behind the loaders that the transformer allows by name. There is none on an image's side: libvips'
  // VIPS_MAX_COORD would refuse the header itself, and the viewer would hear "broken" instead of the limit.
  VIPS_BLOCK_UNTRUSTED: '1',
} as const;
