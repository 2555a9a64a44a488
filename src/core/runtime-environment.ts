/** What the process must find in its environment before it starts: libvips and glibc read these once, at load. */
export const runtimeEnvironment = {
  // Two arenas instead of one per thread: mixed resizes hold at 160-220 MB, where the default grew to 560 MB.
  MALLOC_ARENA_MAX: '2',
  // Freed memory goes back to the system: buffers of 4 MB and more are mapped one by one, and 16 MB at most stay at the
  // end of the heap. After a mixed load the process held 147 to 163 MB at rest instead of 206 MB. What
  // it costs in CPU is not known yet (docs/decisions/009). Setting one of them turns off the growing thresholds of glibc (man mallopt).
  MALLOC_MMAP_THRESHOLD_: '4194304',
  MALLOC_TRIM_THRESHOLD_: '16777216',
  // A second lock behind the loaders that the transformer allows by name. There is none on an image's side: libvips'
  // VIPS_MAX_COORD would refuse the header itself, and the viewer would hear "broken" instead of the limit.
  VIPS_BLOCK_UNTRUSTED: '1',
} as const;
