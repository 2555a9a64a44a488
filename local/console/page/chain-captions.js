/** @import { Hop, Step, View } from '../contract.ts' */
import { time } from './format.js';

/**
 * What each part of the chain did in a view, in as few words as fit into its box, and whether it was touched at all.
 * @typedef {{ lines: readonly string[], touched: boolean }} Caption
 */

const redirects = [301, 302, 303, 307, 308];

/** @param {View} view @returns {Record<'viewer' | 'edge' | 'website' | 'api' | 'lambda' | 's3', Caption>} */
export function captionsOf(view) {
  const asked = view.hops.filter(({ from }) => from === 'network');
  const edge = asked.filter(({ endpoint }) => endpoint === 'edge');
  const api = asked.filter(({ endpoint }) => endpoint === 'api');
  const steps = asked.flatMap((hop) => hop.steps);
  return {
    viewer: { lines: [viewerLine(view)], touched: true },
    edge: caption(edge.length, edgeLines(edge)),
    website: website(steps, edge.length),
    api: api.length > 0 ? caption(api.length, [count('asked', api.length)]) : untouched(view),
    lambda: lambda(steps, api.length),
    s3: s3(steps),
  };
}

/** @param {View} view */
function viewerLine({ kind, hops }) {
  if (kind === 'loop') return 'sees no image';
  const status = hops.at(-1)?.status;
  return status === 200 ? 'sees the image' : `sees an error ${status}`;
}

/** @param {number} touched @param {readonly string[]} lines @returns {Caption} */
function caption(touched, lines) {
  return { lines, touched: touched > 0 };
}

/** @param {View} view @returns {Caption} */
function untouched({ hops }) {
  const kept = hops.some(({ endpoint, from }) => endpoint === 'api' && from === 'browser');
  return { lines: kept ? ['not asked:', 'the browser kept it'] : ['not asked'], touched: false };
}

/** @param {string} what @param {number} many */
function count(what, many) {
  return many === 1 ? `${what} once` : `${what} ${many} times`;
}

/** @param {readonly Hop[]} hops */
function edgeLines(hops) {
  if (hops.length === 0) return ['not asked'];
  const words = hops.map(({ headers }) =>
    (headers['x-cache'] ?? 'no X-Cache').replace(/ from cloudfront$/i, '').toLowerCase(),
  );
  /** @type {{ word: string, times: number }[]} */
  const runs = [];
  for (const word of words) {
    const last = runs.at(-1);
    if (last?.word === word) last.times += 1;
    else runs.push({ word, times: 1 });
  }
  const lines = [runs.map(({ word, times }) => (times === 1 ? word : `${word} × ${times}`)).join(', then ')];
  const kept = hops.some(
    ({ status, headers }) => redirects.includes(status) && /^(Refresh)?Hit/.test(headers['x-cache'] ?? ''),
  );
  return kept ? [...lines, 'it kept the redirect'] : lines;
}

/** @param {readonly Step[]} steps @param {number} edgeHops @returns {Caption} */
function website(steps, edgeHops) {
  const statuses = steps.flatMap((step) => (step.part === 'website' ? [step.status] : []));
  if (statuses.length === 0) return { lines: [edgeHops > 0 ? 'not asked' : ''], touched: false };
  if (statuses.length > 3) return { lines: [`${statuses.at(-1)}, each of ${statuses.length} times`], touched: true };
  return {
    lines: [
      statuses.map((status) => (status === 307 || status === 302 ? `missing: ${status}` : status)).join(', then '),
    ],
    touched: true,
  };
}

/** @param {readonly Step[]} steps @param {number} apiHops @returns {Caption} */
function lambda(steps, apiHops) {
  const runs = steps.flatMap((step) => (step.part === 'lambda' ? [step] : []));
  const [first] = runs;
  if (!first) return { lines: [apiHops > 0 ? 'gave no answer' : 'not called'], touched: false };
  if (runs.length > 1) return { lines: [`ran ${runs.length} times`], touched: true };
  const start = first.initMilliseconds === undefined ? [] : [`and ${time(first.initMilliseconds)} to start`];
  return { lines: [`ran ${time(first.milliseconds)}`, ...start], touched: true };
}

/** @param {readonly Step[]} steps @returns {Caption} */
function s3(steps) {
  const calls = steps.flatMap((step) => ('operation' in step ? [step] : []));
  const read = calls.some(
    ({ part, operation, status }) => part === 'originals' && operation === 'GetObject' && status === 200,
  );
  const put = calls.filter(({ operation }) => operation === 'PutObject');
  const failed = calls.find(
    ({ status, part }) => status === 0 || status >= 500 || (part === 'originals' && status >= 400),
  );
  const shown = steps.some((step) => step.part === 'website' && step.status === 200);
  const missing = calls.some(({ part, status }) => part === 'originals' && status === 404);
  const lines = [
    ...(missing ? ['no original'] : failed ? [failed.status === 0 ? 'no answer' : `answers ${failed.status}`] : []),
    ...(read ? ['original read'] : []),
    ...(put.length === 0 ? [] : [put.some(({ status }) => status === 200) ? 'derivative stored' : 'nothing stored']),
    ...(shown && put.length === 0 ? ['derivative read'] : []),
  ];
  const touched = calls.length > 0 || steps.some((step) => step.part === 'website');
  return { lines: lines.length > 0 ? lines.slice(0, 2) : [touched ? 'no such object' : 'not asked'], touched };
}
