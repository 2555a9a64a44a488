// CloudFront runs this on every request of a viewer. It answers preflights, which S3 would refuse, and gives clients that name
// AVIF or WebP in `Accept` the preset of that format. `infra/constructs/edge-functions.ts` writes `settings` in front of it.

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by this name
function handler(event) {
  var request = event.request;
  if (request.method !== 'OPTIONS') {
    request.uri = negotiated(request.uri, request.headers.accept);
    return request;
  }
  var headers = {};
  for (var name in settings.preflightHeaders) headers[name] = { value: settings.preflightHeaders[name] };
  return { statusCode: 204, statusDescription: 'No Content', headers: headers };
}

// An entry of `Accept` with its parameters. `*/*` and `image/*` do not count: programs that take no AVIF send them, too.
var avif = /(?:^|,)\s*image\/avif\s*(?:;([^,]*))?(?:,|$)/i;
var webp = /(?:^|,)\s*image\/webp\s*(?:;([^,]*))?(?:,|$)/i;

// Only the first segment changes, and no name with a suffix is on the list: what this has changed stays as it is.
function negotiated(uri, header) {
  var end = uri.indexOf('/', 1);
  var preset = uri.slice(1, end);
  // Not Object.hasOwn, which is of ES 13: the runtime has features up to ES 12.
  if (!header || end < 0 || Object.keys(settings.negotiated).indexOf(preset) < 0) return uri;
  var names = settings.negotiated[preset];
  var accept = (header.multiValue || [header]).map((line) => line.value).join();
  var name = takes(avif, accept) ? names.avif : takes(webp, accept) && names.webp;
  // biome-ignore lint/style/useTemplate: the function keeps to ES5 syntax
  return name ? '/' + name + uri.slice(end) : uri;
}

// A quality of 0 means no (RFC 9110, 12.4.2).
function takes(type, accept) {
  var found = type.exec(accept);
  var quality = found && /(?:^|;)\s*q\s*=([^;]*)/i.exec(found[1] || '');
  return found && (!quality || parseFloat(quality[1]) > 0);
}
