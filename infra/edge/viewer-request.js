// CloudFront runs this on every request of a viewer. It answers preflights, which S3 would refuse, and passes on the rest.
// `infra/constructs/edge-functions.ts` writes `settings` in front of it.

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by this name
function handler(event) {
  if (event.request.method !== 'OPTIONS') return event.request;
  var headers = {};
  for (var name in settings.preflightHeaders) headers[name] = { value: settings.preflightHeaders[name] };
  return { statusCode: 204, statusDescription: 'No Content', headers: headers };
}
