import { createHash } from 'node:crypto';
import type { ChainEvent } from '../aws/chain-events.ts';
import { addressOf, type Images } from '../chain/buckets.ts';
import type { Chain } from '../chain/start-chain.ts';
import type { BrowserCache } from '../faults/browser-cache.ts';
import type { HeldImage, PurgeAction, PurgeStep, PurgeTrace } from './contract.ts';
import { servedPreset } from './views.ts';

/** Follows one change of an original through the purge, and what the caches hold of one of its derivatives. */
export interface PurgeTracer {
  /** Call it just before the change. */
  start(action: PurgeAction, preset: string, key: string): Promise<void>;
  current(): Promise<PurgeTrace | undefined>;
  /** The bytes of a derivative that a cache holds or held. */
  bytesOf(image: string): Uint8Array | undefined;
  stop(): void;
}

const caches = ['bucket', 'edge', 'browser'] as const;
type Bytes = Partial<Record<(typeof caches)[number], Uint8Array>>;

interface Trace {
  readonly action: PurgeAction;
  readonly preset: string;
  readonly key: string;
  readonly startedAt: number;
  readonly before: Bytes;
  readonly steps: Map<StepName, Happened>;
}

/** The steps of a purge, in their order. */
const titles = {
  event: 'S3 reports the change',
  queued: 'EventBridge fills both queues',
  checked: 'The Lambda checks the derivatives',
  invalidation: 'CloudFront accepts the tag',
  effective: 'The edge forgets the image',
  secondPass: 'The second pass checks again',
} as const;
type StepName = keyof typeof titles;
type Happened = Pick<PurgeStep, 'seconds' | 'detail'>;

/** A tag is 43 characters. */
const shortened = (item: string) => (item.length > 16 ? `${item.slice(0, 11)}…` : item);

export function createPurgeTracer(chain: Chain, images: Images, pages: BrowserCache): PurgeTracer {
  const isPurged = chain.parts.eventSourceMappings.length > 0;
  const secondPass = chain.parts.queues.find(({ delaySeconds }) => delaySeconds > 0)?.name;
  /** By their hash, the newest last. */
  const kept = new Map<string, Uint8Array>();
  let trace: Trace | undefined;
  /** In the batch that is running. */
  let deleted = false;

  const stopListening = chain.events.listen((event) => {
    if (trace) noteStep(event, trace);
  });

  function noteStep(event: ChainEvent, { key, startedAt, steps }: Trace): void {
    const note = (name: StepName, detail: string) => {
      steps.set(name, { seconds: (event.at - startedAt) / 1000, detail });
    };
    if (event.kind === 'bucket-event' && event.event.detail.object.key === key)
      note('event', event.event['detail-type']);
    // What came before it belongs to another change.
    if (!steps.has('event')) return;
    switch (event.kind) {
      case 'queue':
        if (event.activity === 'sent') note('queued', 'one is delayed until no resize is running');
        break;
      case 's3':
        if (event.call.operation === 'DeleteObjects') deleted = true;
        break;
      case 'batch': {
        const { queueName, failures } = event.batch;
        const found =
          failures > 0 ? 'it fails, and is tried again' : deleted ? 'old ones are deleted' : 'nothing to delete';
        note(queueName === secondPass ? 'secondPass' : 'checked', found);
        deleted = false;
        break;
      }
      case 'invalidation': {
        const { items, status, removed = 0 } = event.change;
        if (status === 'created') note('invalidation', items.map(shortened).join(', '));
        else note('effective', removed === 1 ? '1 object removed' : `${removed} objects removed`);
      }
    }
  }

  async function held(preset: string, key: string): Promise<Bytes> {
    const served = servedPreset(preset);
    const bucket = (await images.read('derivatives', `${served}/${key}`))?.bytes;
    const edge = chain.edge.peek(new URL(addressOf(chain.edge.address, served, key)).pathname);
    const browser = pages.find(addressOf(chain.edge.address, preset, key))?.body;
    return { ...(bucket && { bucket }), ...(edge && { edge }), ...(browser && { browser }) };
  }

  /** Bytes that are those of `before`, in any cache, are the old image. */
  function describe(bytes: Uint8Array | undefined, before: Bytes): HeldImage {
    if (!bytes) return { is: 'none' };
    const image = createHash('sha256').update(bytes).digest('hex');
    kept.set(image, bytes);
    const isOld = Object.values(before).some((old) => Buffer.compare(old, bytes) === 0);
    return { is: isOld ? 'old' : 'new', image };
  }

  return {
    async start(action, preset, key) {
      kept.clear();
      trace = undefined;
      const before = await held(preset, key);
      trace = { action, preset, key, startedAt: chain.clock.now(), before, steps: new Map() };
    },
    async current() {
      if (!trace) return undefined;
      const { action, preset, key, startedAt, before, steps } = trace;
      const now = await held(preset, key);
      return {
        action,
        preset,
        image: key,
        isPurged,
        seconds: (chain.clock.now() - startedAt) / 1000,
        steps: Object.entries(titles).map(([name, title]) => ({ title, ...steps.get(name as StepName) })),
        caches: caches.map((cache) => ({
          cache,
          before: describe(before[cache], before),
          now: describe(now[cache], before),
        })),
      };
    },
    bytesOf: (image) => kept.get(image),
    stop: stopListening,
  };
}
