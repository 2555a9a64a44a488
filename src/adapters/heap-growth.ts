import { setFlagsFromString } from 'node:v8';

/**
 * How far the heap may grow before V8 collects it as a whole. V8 counts the bytes of images against a limit that lies
 * about 11 MB above the SDK's own objects, and so marked the whole heap once a request to find nothing but buffers
 * (docs/decisions/022). Node takes this flag neither in NODE_OPTIONS nor from Lambda. Import it last: Node does not use
 * its code cache for modules that are loaded after a flag was changed, and a cold start would take 35 ms more.
 */
setFlagsFromString('--heap-growing-percent=400');
