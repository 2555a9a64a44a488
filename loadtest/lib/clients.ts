/** Programs that load images, each with the `Accept` that it sends, and the format that it thereby asks for. */

/** `any`: the format of the original. */
export type Takes = 'avif' | 'webp' | 'any';
export const takesOf = ['avif', 'webp', 'any'] as const satisfies readonly Takes[];

export interface Client {
  readonly name: string;
  readonly takes: Takes;
  readonly accept: string;
}

const of =
  (takes: Takes) =>
  (name: string, accept: string): Client => ({ name, takes, accept });
const [avif, webp, any] = [of('avif'), of('webp'), of('any')];

export const clients: readonly Client[] = [
  avif('Chrome and Edge 121', 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8'),
  avif('Chrome 85', 'image/avif,image/webp,image/apng,image/*,*/*;q=0.8'),
  avif(
    'Chrome, the image in a tab of its own',
    'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7',
  ),
  avif(
    'Chrome, the same without signed exchanges',
    'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8',
  ),
  avif('Firefox 128', 'image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5'),
  avif('Firefox 93', 'image/avif,image/webp,*/*'),
  avif(
    'Firefox, the image in a tab of its own',
    'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/png,image/svg+xml,*/*;q=0.8',
  ),
  avif('Safari 16', 'image/webp,image/avif,video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5'),
  avif('Safari 17', 'image/webp,image/avif,image/jxl,video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5'),
  avif(
    'Safari 18',
    'image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5',
  ),
  webp('Chrome 80', 'image/webp,image/apng,image/*,*/*;q=0.8'),
  webp('Chrome 31', 'image/webp,*/*;q=0.8'),
  webp('Edge 112', 'image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8'),
  webp('Firefox 66', 'image/webp,*/*'),
  webp('Safari 14', 'image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5'),
  webp(
    'Chrome 79, the image in a tab of its own',
    'text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,image/apng,*/*;q=0.8',
  ),
  webp(
    'Opera 12',
    'text/html, application/xml;q=0.9, application/xhtml+xml, image/png, image/webp, image/jpeg, image/gif, image/x-xbitmap, */*;q=0.1',
  ),
  any('Safari 13', 'image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5'),
  any('Safari, the image in a tab of its own', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'),
  any('Firefox 47', 'image/png,image/*;q=0.8,*/*;q=0.5'),
  any('Edge 18', 'image/png, image/svg+xml, image/*; q=0.8, */*; q=0.5'),
  any('Internet Explorer 11', 'image/png, image/svg+xml, image/jxr, image/*;q=0.8, */*;q=0.5'),
  any('Outlook', 'image/gif, image/jpeg, image/pjpeg, application/x-ms-application, application/xaml+xml, */*'),
  any('Googlebot', 'text/html,application/xhtml+xml,application/signed-exchange;v=b3,application/xml;q=0.9,*/*;q=0.8'),
  any('Googlebot-Image', 'image/*,*/*;q=0.8'),
  any('facebookexternalhit, curl and wget', '*/*'),
  any('a client in Java', 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2'),
  any('a feed reader', 'image/jpeg, image/png, image/gif'),
  any('a client of JSON', 'application/json, text/plain, */*'),
  any('a client in Go', ''),
];
