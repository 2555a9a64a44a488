// CloudFront runs this on every answer below 400 to a viewer, after its cache, with runtime 2.0 (CloudFront developer
// guide, "JavaScript runtime 2.0 features"). `infra/constructs/edge-functions.ts` writes `settings` in front of it. An
// exception here would be a 503 on every image, so nothing in it can throw.
var redirects = [301, 302, 303, 307, 308];

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by this name
function handler(event) {
  var response = event.response;
  var headers = response.headers;
  var location = '';
  for (var name in settings.crossOriginHeaders) headers[name] = { value: settings.crossOriginHeaders[name] };
  // For caches behind CloudFront. AWS may show the viewer's path here or the one that the viewer-request function made of it.
  if (settings.negotiated.indexOf(String(event.request.uri).split('/')[1]) >= 0) headers.vary = { value: 'Accept' };
  if (settings.resizePath && headers.location && leadsToApi(response.statusCode, headers.location.value)) {
    location = resizeLocation(event.request.uri, headers.location.value);
    if (location) {
      headers.location = { value: location };
    } else {
      response.statusCode = 400;
      response.statusDescription = 'Bad Request';
      delete headers.location;
      headers['cache-control'] = { value: 'no-store' };
    }
  }
  // CloudFront has no metric for redirects, and a loop that never reaches the API shows nowhere else. 304 is no redirect.
  if (settings.logRedirects && redirects.indexOf(response.statusCode) >= 0) {
    console.log(
      JSON.stringify({
        // The API's own redirects come through here, too, where it is on this host: 301 to the image, 302 to a fallback.
        event:
          event.request.uri !== settings.resizePath
            ? 'EdgeRedirect'
            : response.statusCode === 302
              ? 'EdgeFallback'
              : 'EdgeReturn',
        status: response.statusCode,
        uri: event.request.uri,
      }),
    );
  }
  return response;
}

// The routing rules answer 307. With another code they would lead to the API's own host, which refuses viewers.
function leadsToApi(status, location) {
  if (status === 307) return true;
  // biome-ignore lint/style/useTemplate: the function keeps to ES5 syntax
  return redirects.indexOf(status) >= 0 && String(location).indexOf(settings.resizePath + '?key=') >= 0;
}

// The API's URL on this host. The preset is the one whose rule S3 applied: it has no character that S3 could have encoded.
// The key is the viewer's own, byte for byte. Returns '' where the viewer's path does not begin with that preset as it is
// (/200x200%2Fa.jpg), or has a byte that no URL has: then S3 looked for another key than this one.
function resizeLocation(uri, s3Location) {
  var preset = (/[?&]key=([0-9a-z.]+)/.exec(String(s3Location)) || [])[1];
  var parts = /^\/([^/]+)\/([!-~]+)$/.exec(String(uri));
  // Where a viewer-request function has added a format, AWS may show either path here.
  if (!preset || !parts || (parts[1] !== preset && parts[1] !== preset.split('.')[0])) return '';
  // biome-ignore lint/style/useTemplate: the function keeps to ES5 syntax
  return settings.resizePath + '?key=' + preset + '/' + parts[2].replace(/[&=;#]/g, encodeURIComponent);
}
