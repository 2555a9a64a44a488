// CloudFront runs this on every answer to a viewer. It logs redirects and changes nothing. CloudFront has no metric for
// redirects, and a redirect loop that never reaches the API shows nowhere else. 304 is no redirect.
var redirects = [301, 302, 303, 307, 308];

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by this name
function handler(event) {
  var status = event.response.statusCode;
  if (redirects.indexOf(status) >= 0) {
    console.log(JSON.stringify({ event: 'EdgeRedirect', status: status, uri: event.request.uri }));
  }
  return event.response;
}
