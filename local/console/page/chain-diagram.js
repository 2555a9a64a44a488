/** @import { Hop, View } from '../contract.ts' */
import { captionsOf } from './chain-captions.js';
import { s } from './dom.js';

/** @typedef {'viewer' | 'edge' | 'website' | 'api' | 'lambda' | 's3'} Part */
/** @typedef {{ x: number, y: number, w: number, h: number }} Box by its middle */
/** @typedef {{ width: number, height: number, boxes: Record<Part, Box>, round: readonly [number, number] }} Layout */

/** The same image lying and standing: viewer and S3 as long as the two ways between them are apart. @type {Record<'wide' | 'narrow', Layout>} */
const layouts = {
  wide: {
    width: 906,
    height: 264,
    round: [243, 132],
    boxes: {
      viewer: { x: 64, y: 132, w: 124, h: 252 },
      edge: { x: 442, y: 47, w: 168, h: 82 },
      website: { x: 652, y: 47, w: 168, h: 82 },
      api: { x: 442, y: 217, w: 168, h: 82 },
      lambda: { x: 652, y: 217, w: 168, h: 82 },
      s3: { x: 838, y: 132, w: 130, h: 252 },
    },
  },
  narrow: {
    width: 340,
    height: 510,
    round: [170, 130],
    boxes: {
      viewer: { x: 170, y: 34, w: 332, h: 60 },
      edge: { x: 84, y: 234, w: 160, h: 80 },
      website: { x: 84, y: 350, w: 160, h: 80 },
      api: { x: 256, y: 234, w: 160, h: 80 },
      lambda: { x: 256, y: 350, w: 160, h: 80 },
      s3: { x: 170, y: 468, w: 332, h: 76 },
    },
  },
};

/** @type {Record<Part, string>} */
const names = {
  viewer: 'Viewer',
  edge: 'CloudFront',
  website: 'S3 website',
  api: 'API Gateway',
  lambda: 'Lambda',
  s3: 'S3',
};

/** @type {readonly (readonly [Part, Part])[]} */
const links = [
  ['viewer', 'edge'],
  ['viewer', 'api'],
  ['edge', 'website'],
  ['api', 'lambda'],
  ['website', 's3'],
  ['lambda', 's3'],
];

/**
 * The chain with what a view did in it; without a view, the chain alone.
 * @param {View | undefined} view
 * @param {'wide' | 'narrow'} shape
 */
export function chainImage(view, shape) {
  const layout = layouts[shape];
  const captions = view && captionsOf(view);
  const kind = view?.kind ?? 'none';
  /** @param {Part} part */
  const touched = (part) => captions?.[part].touched ?? false;
  return s(
    'svg',
    { class: `chain ${kind}`, viewBox: `0 0 ${layout.width} ${layout.height}`, role: 'img', 'aria-label': words(view) },
    ...links.map(([from, to]) => link(layout, from, to, isUsed(view, from, to, touched))),
    ...Object.keys(layout.boxes).map((name) => {
      const part = /** @type {Part} */ (name);
      return box(layout.boxes[part], names[part], captions?.[part].lines ?? [], touched(part), part);
    }),
    ...(view ? [...tickets(view, layout, 'edge'), ...tickets(view, layout, 'api')] : []),
    view?.kind === 'loop' && view.hops.length > 3 ? goingRound(layout, view.hops.length) : undefined,
  );
}

/** @param {View | undefined} view @param {Part} from @param {Part} to @param {(part: Part) => boolean} touched */
function isUsed(view, from, to, touched) {
  if (!view) return false;
  if (from === 'viewer') return view.hops.some((hop) => hop.endpoint === to && hop.from === 'network');
  if (to !== 's3') return touched(to);
  return view.hops.some((hop) =>
    hop.steps.some((step) => (from === 'website' ? step.part === 'website' : 'operation' in step)),
  );
}

/** @param {Layout} layout @param {Part} from @param {Part} to @param {boolean} used */
function link({ boxes }, from, to, used) {
  const [x1, y1, x2, y2] = line(boxes[from], boxes[to]);
  return s('line', { class: used ? 'link used' : 'link', x1, y1, x2, y2 });
}

/**
 * Straight from one box to the next, below it or beside it, by the middle of the shorter side.
 * @param {Box} a @param {Box} b @returns {readonly [number, number, number, number]}
 */
function line(a, b) {
  const isBelow = Math.abs(a.x - b.x) < Math.max(a.w, b.w) / 2;
  if (isBelow) {
    const x = a.w < b.w ? a.x : b.x;
    const way = Math.sign(b.y - a.y);
    return [x, a.y + (way * a.h) / 2, x, b.y - (way * b.h) / 2];
  }
  const y = a.h < b.h ? a.y : b.y;
  const way = Math.sign(b.x - a.x);
  return [a.x + (way * a.w) / 2, y, b.x - (way * b.w) / 2, y];
}

/** @param {Box} box @param {string} name @param {readonly string[]} lines @param {boolean} touched @param {Part} part */
function box({ x, y, w, h }, name, lines, touched, part) {
  const rows = lines.filter((line) => line !== '');
  const top = y - (rows.length * 17) / 2 + 5;
  return s(
    'g',
    { class: touched ? 'part touched' : 'part' },
    s('rect', { x: x - w / 2, y: y - h / 2, width: w, height: h, rx: part === 'viewer' ? 30 : 10 }),
    s('text', { class: 'name', x, y: top }, name),
    ...rows.map((line, index) => s('text', { class: 'caption', x, y: top + 19 + index * 17 }, line)),
  );
}

/**
 * The hops to one endpoint as numbered tickets on the way to it: of more than two, the first and the last.
 * @param {View} view @param {Layout} layout @param {'edge' | 'api'} place
 */
function tickets({ hops }, { boxes }, place) {
  const mine = hops.map((hop, index) => ({ hop, number: index + 1 })).filter((one) => one.hop.endpoint === place);
  const shown = mine.length > 2 ? [...mine.slice(0, 1), ...mine.slice(-1)] : mine;
  const [x1, y1, x2, y2] = line(boxes.viewer, boxes[place]);
  return shown.map(({ hop, number }, index) => {
    const at = shown.length === 1 ? 0.5 : ([0.25, 0.74][index] ?? 0.5);
    return ticket(x1 + (x2 - x1) * at, y1 + (y2 - y1) * at, hop, number, mine.length > 2 && index === 1);
  });
}

/** @param {number} x @param {number} y @param {Hop} hop @param {number} number @param {boolean} isSkipped */
function ticket(x, y, hop, number, isSkipped) {
  const isKept = hop.from === 'browser';
  const dots = isSkipped ? 20 : 0;
  const label = isKept ? 46 : 12;
  const width = 26 + dots + label + 24;
  const left = x - width / 2;
  const middle = left + 14 + dots;
  return s(
    'g',
    { class: `ticket turn-${Math.min(number, 5)}${isKept ? ' kept' : ''}` },
    s('rect', { x: left, y: y - 13, width, height: 26, rx: 13 }),
    isSkipped && s('text', { x: left + 13, y: y + 4 }, '…'),
    s('circle', { cx: middle, cy: y, r: 9.5 }),
    s('text', { class: 'number', x: middle, y: y + 4 }, number),
    s('text', { x: middle + 12 + (label + 20) / 2, y: y + 4.5 }, isKept ? `${hop.status} kept` : hop.status),
  );
}

/** A stop sign with an arrow that goes round in it, and how often. @param {Layout} layout @param {number} hops */
function goingRound({ round: [x, y] }, hops) {
  const corner = (/** @type {number} */ at) => ((at + 0.5) * Math.PI) / 4;
  const points = Array.from(
    { length: 8 },
    (_, at) => `${x + 42 * Math.cos(corner(at))},${y + 42 * Math.sin(corner(at))}`,
  );
  return s(
    'g',
    { class: 'round' },
    s('polygon', { points: points.join(' ') }),
    s('path', { d: `M${x + 26} ${y - 10}a28 28 0 1 0 2 10` }),
    s('path', { d: `M${x + 28} ${y - 23}v13h-13` }),
    s('text', { x, y: y + 5 }, `× ${Math.floor((hops - 1) / 2)}`),
  );
}

/** The image in words. @param {View | undefined} view */
function words(view) {
  if (!view)
    return 'The chain: a viewer asks CloudFront, which asks the S3 website; what S3 lacks, API Gateway, the Lambda and S3 make.';
  const hops = view.hops.slice(0, 4).map(({ endpoint: at, status, from }, index) => {
    const endpoint = at === 'edge' ? 'CloudFront' : at === 'api' ? 'API Gateway' : 'S3 website';
    return `${index + 1}: ${endpoint} ${status}${from === 'browser' ? ', kept by the browser' : ''}`;
  });
  const more = view.hops.length > 4 ? `, and so on up to ${view.hops.length}` : '';
  return `${view.title}. ${hops.join('; ')}${more}.`;
}
