/** The header by which CloudFront shows the API that a request came through it, where the API is on the image host. */
export const originHeader = 'X-Origin-Verify';
