import type { CacheTrace, HeldImage, PurgeTrace } from '../contract.ts';
import type { ChainModel } from './chain-model.ts';
import { getPurge, heldImageUrl, usePolled } from './server.ts';

/** The purge of the original that was replaced or deleted last, step by step, and what each cache holds meanwhile. */
export function Purge({ model }: { readonly model: ChainModel }) {
  const { answer } = usePolled(`${model.purges}`, getPurge, ({ trace }) => trace !== undefined && !isOver(trace));
  const trace = answer?.trace;
  if (!trace) return null;
  const { action, image, preset, steps, seconds, isPurged } = trace;
  const done = steps.filter((step) => step.seconds !== undefined);
  return (
    <section class="panel purge" id="purge" aria-labelledby="purge-title">
      <h2 id="purge-title">
        {action === 'replace' ? 'A replaced original' : 'A deleted original'}, and what the caches hold
      </h2>
      <p class="soft">
        <code>{image}</code> was {action === 'replace' ? 'replaced' : 'deleted'} {whole(seconds)} s ago. What is shown
        is its derivative {preset}.{!isPurged && ' This chain has no purge: what a cache holds stays until it expires.'}
      </p>
      <div class="caches">
        {trace.caches.map((cache) => (
          <Cache key={cache.cache} trace={cache} />
        ))}
      </div>
      {isPurged && (
        <ol class="purge-steps" aria-label="Steps of the purge">
          {steps.map(({ title, seconds: at, detail }) => (
            <li key={title} class={at === undefined ? '' : 'done'}>
              <b>{title}</b>
              <small>{at === undefined ? 'not yet' : `after ${at.toFixed(1)} s: ${detail}`}</small>
            </li>
          ))}
        </ol>
      )}
      <div role="status" class="hidden">
        {done.at(-1)?.title}
      </div>
    </section>
  );
}

const whole = (seconds: number) => Math.round(seconds).toLocaleString('en-US');

/** When the last step is late, the panel is no longer asked for so often. */
const patienceSeconds = 120;

function isOver({ steps, seconds, isPurged }: PurgeTrace): boolean {
  return !isPurged || seconds > patienceSeconds || steps.at(-1)?.seconds !== undefined;
}

const titles = { bucket: 'S3 bucket', edge: 'CloudFront', browser: 'A browser' } as const;

const sentences: Readonly<Record<CacheTrace['cache'], Readonly<Record<HeldImage['is'], string>>>> = {
  bucket: {
    old: 'The old derivative is still stored.',
    none: 'No derivative. The next view makes one, if there is an original.',
    new: 'The derivative of the new original.',
  },
  edge: {
    old: 'The edge still serves the old image.',
    none: 'Nothing. The next view asks S3.',
    new: 'The edge serves the new image.',
  },
  browser: {
    old: 'Keeps the old image until its max-age ends. A page with another ?v= asks CloudFront again.',
    none: 'Nothing under this URL.',
    new: 'Shows the new image.',
  },
};

function Cache({ trace: { cache, before, now } }: { readonly trace: CacheTrace }) {
  return (
    <section class="cache box" aria-label={titles[cache]} data-is={now.is}>
      <h3>{titles[cache]}</h3>
      <div class="cache-images">
        <Held label="before" held={before} />
        <span class="arrow" aria-hidden="true">
          →
        </span>
        <Held label="now" held={now} />
      </div>
      <p>{sentences[cache][now.is]}</p>
    </section>
  );
}

const words = { old: 'old image', new: 'new image', none: 'nothing' } as const;

function Held({ label, held: { is, image } }: { readonly label: string; readonly held: HeldImage }) {
  return (
    <figure class={`held ${is}`}>
      {image === undefined ? <span class="no-image">–</span> : <img src={heldImageUrl(image)} alt="" />}
      <figcaption>
        {label}: <b>{words[is]}</b>
      </figcaption>
    </figure>
  );
}
