/** @import { Hop, Step, View } from '../contract.ts' */
import { h } from './dom.js';
import { size, time } from './format.js';

/** Headers that decide what happens next, for a redirect and for an answer. */
const headersOfRedirects = ['location', 'cache-control', 'age'];
const headersOfAnswers = ['content-type', 'cache-control', 'age', 'retry-after', 'x-amz-error-code'];
const redirects = [301, 302, 303, 307, 308];

/** @type {Record<Hop['endpoint'], string>} */
const endpoints = { edge: 'CloudFront', api: 'API Gateway', website: 'S3 website' };

/** Of a loop, hops after these and before the last two are folded away. */
const shownAtFirst = 4;

/** @param {View} view */
export function hopList({ hops }) {
  const items = hops.map((hop, index) => hopItem(hop, index + 1));
  const isLong = hops.length > shownAtFirst + 3;
  const folded = isLong ? items.slice(shownAtFirst, -2) : [];
  const shown = isLong ? items.slice(0, shownAtFirst) : items;
  return h(
    'div',
    { class: 'hop-list' },
    h('h3', {}, hops.length === 1 ? 'One hop' : `${hops.length} hops`),
    h('ol', { class: 'hops' }, ...shown),
    isLong &&
      h(
        'details',
        { class: 'folded' },
        h('summary', {}, `${folded.length} more hops, the same two in turn`),
        h('ol', { class: 'hops' }, ...folded),
      ),
    isLong && h('ol', { class: 'hops' }, ...items.slice(-2)),
  );
}

/** @param {Hop} hop @param {number} number */
function hopItem(hop, number) {
  const { endpoint, url, status, headers, milliseconds, from, description, bytes } = hop;
  const cache = headers['x-cache'];
  const isKept = from === 'browser';
  return h(
    'li',
    { class: 'hop', value: number },
    h(
      'div',
      { class: 'hop-head' },
      h('span', { class: 'hop-number', 'aria-hidden': 'true' }, number),
      h('strong', {}, endpoints[endpoint]),
      h('span', { class: `hop-status s${Math.floor(status / 100)}` }, status),
      isKept
        ? h('span', { class: 'tag kept' }, 'from the browser')
        : cache && h('span', { class: cacheClass(cache) }, cache),
      h('span', { class: 'hop-time' }, isKept ? 'no request' : time(milliseconds), bytes > 0 && `, ${size(bytes)}`),
    ),
    h('p', { class: 'says' }, description),
    h('p', { class: 'url' }, `GET ${readable(url)}`),
    matteringHeaders(hop),
    stepList(hop),
    h(
      'details',
      {},
      h('summary', {}, `All headers of hop ${number}`),
      h('dl', { class: 'headers all' }, ...rows(Object.entries(headers))),
    ),
  );
}

/** @param {string} cache */
function cacheClass(cache) {
  return `tag ${/^(Refresh)?Hit/i.test(cache) ? 'hit' : /^Miss/i.test(cache) ? 'miss' : 'other'}`;
}

/** Without scheme and host, which are the same each time. @param {string} url */
function readable(url) {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** @param {Hop} hop */
function matteringHeaders({ status, headers }) {
  const isRedirect = redirects.includes(status);
  const names = isRedirect ? headersOfRedirects : headersOfAnswers;
  const found = names.flatMap((name) => {
    const value = headers[name];
    // That there is none decides whether a redirect is kept.
    if (value === undefined)
      return isRedirect && name === 'cache-control' ? [/** @type {const} */ ([name, 'none'])] : [];
    return [/** @type {const} */ ([name, value])];
  });
  return h('dl', { class: 'headers' }, ...rows(found), ...rows(timing(headers['server-timing'])));
}

/** What the Lambda spent its time on. @param {string | undefined} header @returns {[string, string][]} */
function timing(header) {
  if (header === undefined) return [];
  const phases = [...header.matchAll(/([\w-]+);dur=([\d.]+)/g)].map(
    ([, name, milliseconds]) => `${name} ${time(Number(milliseconds))}`,
  );
  return [['server-timing', phases.join(' · ')]];
}

/** @param {readonly (readonly [string, string])[]} pairs */
function rows(pairs) {
  return pairs.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)));
}

/** @param {Hop} hop */
function stepList({ steps }) {
  if (steps.length === 0) return undefined;
  return h(
    'ul',
    { class: 'steps', 'aria-label': 'Behind this endpoint' },
    ...steps.map((step) => h('li', {}, ...stepWords(step))),
  );
}

/** @param {Step} step */
function stepWords(step) {
  if (step.part === 'website') return [h('b', {}, 'S3 website'), ` ${step.status}`];
  if (step.part === 'lambda') {
    const { milliseconds, initMilliseconds, megabytes, status } = step;
    const start = initMilliseconds === undefined ? '' : `, after ${time(initMilliseconds)} to start`;
    return [
      h('b', {}, 'Lambda'),
      ` ${time(milliseconds)}${start}, ${megabytes} MB${status === 'success' ? '' : `, ${status}`}`,
    ];
  }
  const { part, operation, status, milliseconds, isFault } = step;
  const answer = status === 0 ? 'no answer' : status;
  return [
    h('b', {}, `S3 ${part}`),
    ` ${operation} ${answer}, ${time(milliseconds)}`,
    isFault && h('span', { class: 'tag other' }, 'a fault that was asked for'),
  ];
}
