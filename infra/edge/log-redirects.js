// CloudFront runs this on every answer that goes to a viewer. It changes nothing and logs redirects only: CloudFront
// has no metric for them, and a viewer who goes round without reaching the API is seen nowhere else.
// Not 304, which is a browser's own copy.
var redirects = [301, 302, 303, 307, 308];

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by this name
function handler(event) {
  var status = event.response.statusCode;
  if (redirects.indexOf(status) >= 0) {
    console.log(JSON.stringify({ event: 'EdgeRedirect', status: status, uri: event.request.uri }));
  }
  return event.response;
}
