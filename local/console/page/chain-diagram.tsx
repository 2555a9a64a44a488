import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Hop, State, View } from '../contract.ts';
import { type Caption, captionsOf, linksOf, type Part } from './chain-captions.ts';
import { colourOfKind } from './icons.tsx';

/** By its middle. */
interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly stopSign: readonly [x: number, y: number];
  readonly boxes: Readonly<Record<Part, Box>>;
}

/** The same diagram in two shapes. Viewer and S3 are as long as the two ways between them are apart. */
const wide: Layout = {
  width: 906,
  height: 264,
  stopSign: [243, 132],
  boxes: {
    viewer: { x: 64, y: 132, w: 124, h: 252 },
    edge: { x: 442, y: 47, w: 168, h: 82 },
    website: { x: 652, y: 47, w: 168, h: 82 },
    api: { x: 442, y: 217, w: 168, h: 82 },
    lambda: { x: 652, y: 217, w: 168, h: 82 },
    s3: { x: 838, y: 132, w: 130, h: 252 },
  },
};
const narrow: Layout = {
  width: 340,
  height: 510,
  stopSign: [170, 130],
  boxes: {
    viewer: { x: 170, y: 34, w: 332, h: 60 },
    edge: { x: 84, y: 234, w: 160, h: 80 },
    website: { x: 84, y: 350, w: 160, h: 80 },
    api: { x: 256, y: 234, w: 160, h: 80 },
    lambda: { x: 256, y: 350, w: 160, h: 80 },
    s3: { x: 170, y: 468, w: 332, h: 76 },
  },
};
const narrowPixels = 640;

export const names: Readonly<Record<Part, string>> = {
  viewer: 'Viewer',
  edge: 'CloudFront',
  website: 'S3 website',
  api: 'API Gateway',
  lambda: 'Lambda',
  s3: 'S3',
};
const parts = Object.keys(names) as Part[];

/** The chain with what a view did in it; without a view, the chain alone. */
export function ChainDiagram({ view, apiOn }: { readonly view: View | undefined; readonly apiOn: State['apiOn'] }) {
  const frame = useRef<HTMLDivElement>(null);
  const [layout, setLayout] = useState(wide);
  useLayoutEffect(() => {
    const { current } = frame;
    if (!current) return;
    const observer = new ResizeObserver(() => setLayout(current.clientWidth < narrowPixels ? narrow : wide));
    observer.observe(current);
    return () => observer.disconnect();
  }, []);

  const captions = view && captionsOf(view);
  const isUsed = (from: Part, to: Part) => {
    if (from === 'viewer') return view?.hops.some((hop) => hop.endpoint === to && hop.from === 'network');
    if (from === 'lambda') return view?.hops.some(({ steps }) => steps.some((step) => 'operation' in step));
    return captions?.[from].isTouched && captions[to].isTouched;
  };
  return (
    <div ref={frame}>
      {/* The animation runs anew for each view. */}
      <svg
        key={view?.id}
        class={view ? 'chain kind' : 'chain none'}
        {...(view && { style: colourOfKind(view.kind) })}
        viewBox={`0 0 ${layout.width} ${layout.height}`}
        role="img"
        aria-label={words(view, apiOn)}
      >
        {linksOf(apiOn).map(([from, to]) => {
          const [x1, y1, x2, y2] = line(layout.boxes[from], layout.boxes[to]);
          const used = isUsed(from, to) ? 'link used' : 'link';
          return <line key={`${from}-${to}`} class={used} x1={x1} y1={y1} x2={x2} y2={y2} />;
        })}
        {parts.map((part) => (
          <PartBox key={part} part={part} box={layout.boxes[part]} caption={captions?.[part]} />
        ))}
        {view && <Tickets hops={view.hops} layout={layout} from="viewer" endpoint="edge" />}
        {view && (
          <Tickets hops={view.hops} layout={layout} from={apiOn === 'image-host' ? 'edge' : 'viewer'} endpoint="api" />
        )}
        {view?.kind === 'loop' && view.hops.length > 3 && <StopSign at={layout.stopSign} hops={view.hops.length} />}
      </svg>
    </div>
  );
}

/** A straight line from one box to the next, below or beside it, through the middle of the shorter side. */
function line(a: Box, b: Box): readonly [x1: number, y1: number, x2: number, y2: number] {
  if (Math.abs(a.x - b.x) < Math.max(a.w, b.w) / 2) {
    const x = a.w < b.w ? a.x : b.x;
    const way = Math.sign(b.y - a.y);
    return [x, a.y + (way * a.h) / 2, x, b.y - (way * b.h) / 2];
  }
  const y = a.h < b.h ? a.y : b.y;
  const way = Math.sign(b.x - a.x);
  return [a.x + (way * a.w) / 2, y, b.x - (way * b.w) / 2, y];
}

interface PartProps {
  readonly part: Part;
  readonly box: Box;
  readonly caption: Caption | undefined;
}

function PartBox({ part, box: { x, y, w, h }, caption }: PartProps) {
  const lines = caption?.lines ?? [];
  const top = y - (lines.length * 17) / 2 + 5;
  return (
    <g class={caption?.isTouched ? 'part touched' : 'part'}>
      <rect x={x - w / 2} y={y - h / 2} width={w} height={h} rx={part === 'viewer' ? 30 : 10} />
      <text class="name" x={x} y={top}>
        {names[part]}
      </text>
      {lines.map((words, index) => (
        <text key={words} class="caption" x={x} y={top + 19 + index * 17}>
          {words}
        </text>
      ))}
    </g>
  );
}

interface TicketsProps {
  readonly hops: readonly Hop[];
  readonly layout: Layout;
  readonly from: 'viewer' | 'edge';
  readonly endpoint: 'edge' | 'api';
}

/** Pixels. A shorter way has no room for a ticket. */
const shortestWay = 40;

/** The hops to one endpoint as numbered tickets on the way to it: of more than two, the first and the last. */
function Tickets({ hops, layout: { boxes }, from, endpoint }: TicketsProps) {
  const mine = hops.map((hop, index) => ({ hop, number: index + 1 })).filter(({ hop }) => hop.endpoint === endpoint);
  const shown = mine.length > 2 ? [...mine.slice(0, 1), ...mine.slice(-1)] : mine;
  const way = line(boxes[from], boxes[endpoint]);
  const hasRoom = Math.hypot(way[2] - way[0], way[3] - way[1]) >= shortestWay;
  const [x1, y1, x2, y2] = hasRoom ? way : line(boxes.viewer, boxes[endpoint]);
  return shown.map(({ hop, number }, index) => {
    const share = shown.length === 1 ? 0.5 : [0.25, 0.74][index];
    const [x, y] = [x1 + (x2 - x1) * (share ?? 0.5), y1 + (y2 - y1) * (share ?? 0.5)];
    const isCached = hop.from === 'browser';
    const dots = mine.length > 2 && index === 1 ? 20 : 0;
    const label = isCached ? 60 : 12;
    const width = 26 + dots + label + 24;
    const left = x - width / 2;
    const middle = left + 14 + dots;
    return (
      <g key={number} class={isCached ? 'ticket cached' : 'ticket'} style={{ '--turn': number - 1 }}>
        <rect x={left} y={y - 13} width={width} height={26} rx={13} />
        {dots > 0 && (
          <text x={left + 13} y={y + 4}>
            …
          </text>
        )}
        <circle cx={middle} cy={y} r={9.5} />
        <text class="number" x={middle} y={y + 4}>
          {number}
        </text>
        <text x={middle + 12 + (label + 20) / 2} y={y + 4.5}>
          {isCached ? `${hop.status} cached` : hop.status}
        </text>
      </g>
    );
  });
}

/** A stop sign with a circular arrow, and how often the viewer was sent back. */
function StopSign({ at: [x, y], hops }: { readonly at: readonly [x: number, y: number]; readonly hops: number }) {
  const angles = Array.from({ length: 8 }, (_, corner) => ((corner + 0.5) * Math.PI) / 4);
  return (
    <g class="stop-sign">
      <polygon points={angles.map((angle) => `${x + 42 * Math.cos(angle)},${y + 42 * Math.sin(angle)}`).join(' ')} />
      <path d={`M${x + 26} ${y - 10}a28 28 0 1 0 2 10M${x + 28} ${y - 23}v13h-13`} />
      <text x={x} y={y + 5}>
        × {Math.floor((hops - 1) / 2)}
      </text>
    </g>
  );
}

/** The diagram in words. */
function words(view: View | undefined, apiOn: State['apiOn']): string {
  if (!view) {
    const toApi = apiOn === 'image-host' ? 'CloudFront asks' : 'the viewer asks';
    return `The chain: a viewer requests from CloudFront, which asks the S3 website. For what S3 lacks ${toApi} API Gateway, which calls the Lambda, which reads and writes S3.`;
  }
  const hops = view.hops.slice(0, 4).map(({ endpoint, status, from }, index) => {
    return `${index + 1}: ${names[endpoint]} ${status}${from === 'browser' ? ', cached by the browser' : ''}`;
  });
  const more = view.hops.length > 4 ? `, and so on up to ${view.hops.length}` : '';
  return `${view.title}. ${hops.join('; ')}${more}.`;
}
