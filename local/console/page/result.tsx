import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Failure, View } from '../contract.ts';
import type { ChainModel } from './chain-model.ts';
import { dimensions, time } from './format.ts';
import { colourOfKind, Icon } from './icons.tsx';
import { derivativeUrl, originalUrl } from './server.ts';

/** What kind of view it was, in one box. */
export function Verdict({ view, onCopyLink }: { readonly view: View; readonly onCopyLink: () => void }) {
  const { kind, title, description, hops, milliseconds, setup } = view;
  const statuses = hops.slice(0, 4).map(({ status }) => status);
  const hidesChanges = kind === 'warm' && (setup.s3 !== 'none' || setup.lambda !== 'none');
  return (
    <div class="verdict kind" data-kind={kind} style={colourOfKind(kind)}>
      <Icon of={kind} size={44} />
      <div>
        <p class="verdict-title">{title}</p>
        <p>{description}</p>
        {hidesChanges && (
          <p>
            S3 and the Lambda were not called, so this view does not show what you changed in them. Delete the
            derivative and clear the edge cache first.
          </p>
        )}
        <p class="verdict-facts flow">
          <span>{hops.length > 4 ? `${statuses.join(' → ')} → … ${hops.length} hops` : statuses.join(' → ')}</span>
          <span>{time(milliseconds)}</span>
          <button type="button" class="quiet" onClick={onCopyLink}>
            Copy link
          </button>
        </p>
      </div>
    </div>
  );
}

/** Marks a result that is not that of the present choice. */
export function Outdated({ model }: { readonly model: ChainModel }) {
  const { view, isOutdated } = model;
  if (!view || !isOutdated) return null;
  return (
    <p class="outdated box flow">
      <span>
        Earlier result, of{' '}
        <code>
          /{view.preset}/{view.image}
        </code>
        , before your last change.
      </span>
      <button type="button" class="quiet" onClick={() => model.show('view')}>
        View again
      </button>
    </p>
  );
}

/** The cause of a loop or of an outdated image; and what an error says. */
export function Explanation({ view: { cause, error } }: { readonly view: View }) {
  return (
    <>
      {cause && (
        <section class="why box stack" aria-label="Cause">
          <h3>
            {cause.title} ({cause.code})
          </h3>
          <p>{cause.description}</p>
          <dl>
            <dt>Caused by</dt>
            <dd>{cause.setting}</dd>
            <dt>Remedy</dt>
            <dd>{cause.remedy}</dd>
          </dl>
        </section>
      )}
      {error && (
        <section class="why box stack" aria-label="Error">
          <h3>{error.message}</h3>
          <dl>
            <dt>What to do</dt>
            <dd>{error.hint}</dd>
          </dl>
        </section>
      )}
    </>
  );
}

/** Asks whether this chain should be set up as the one that the link was made with. */
export function LinkOffer({ model }: { readonly model: ChainModel }) {
  const differences = Object.entries(model.asked ?? {}).map(([name, value]) => `${name}: ${value}`);
  if (differences.length === 0) return null;
  return (
    <fieldset class="offer box flow" aria-label="Setup of this link">
      <p>
        This link was made with another setup: <b>{differences.join(', ')}</b>.
      </p>
      <button type="button" onClick={() => model.accept()}>
        Set up the same here
      </button>
      <button type="button" class="quiet" onClick={() => model.dismiss()}>
        Ignore
      </button>
    </fieldset>
  );
}

export function Problem({ error }: { readonly error: unknown }) {
  const { message = String(error), hint = '' } = (error ?? {}) as Partial<Failure>;
  return (
    <div class="problem box">
      <p>
        <strong>{message}</strong>
      </p>
      {hint !== '' && <p>{hint}</p>}
    </div>
  );
}

interface Props {
  readonly view: View;
  /** Whether the server still has the bytes of the derivative. */
  readonly hasBytes: boolean;
}

const whyNoOriginal = {
  missing: 'There is no such original.',
  undrawable: 'This original is not an image that browsers can draw.',
} as const;

/** The original beside its derivative. */
export function Comparison({ view, hasBytes }: Props) {
  const { original, derivative, id, image, preset, at, milliseconds } = view;
  const isDrawn = typeof original === 'object';
  const share = isDrawn && derivative ? ((derivative.bytes / original.bytes) * 100).toFixed(1) : '';
  return (
    <div class="comparison">
      <figure>
        {isDrawn ? (
          <Framed src={originalUrl(image, at.replace(/\D/g, ''))} alt={`The original ${image}`} />
        ) : (
          <Empty>{whyNoOriginal[original]}</Empty>
        )}
        <figcaption>
          <strong>Original</strong> <span>{isDrawn ? dimensions(original) : image}</span>
        </figcaption>
      </figure>
      <figure>
        {derivative && hasBytes ? (
          <Framed src={derivativeUrl(id)} alt={`The derivative ${preset} of ${image}`} />
        ) : (
          <Empty>{whyEmpty(view)}</Empty>
        )}
        <figcaption>
          <strong>Derivative {preset}</strong>{' '}
          <span>
            {derivative && `${dimensions(derivative)}${share ? ` (${share} % of the bytes)` : ''}, `}
            {time(milliseconds)}
          </span>
        </figcaption>
      </figure>
    </div>
  );
}

function whyEmpty({ derivative, kind }: View): string {
  if (derivative) return 'The link does not hold the image: view it here.';
  return kind === 'loop' ? 'No image: the browser gave up.' : 'No image.';
}

function Framed({ src, alt }: { readonly src: string; readonly alt: string }) {
  const [broken, setBroken] = useState('');
  if (broken === src) return <Empty>This browser cannot draw it.</Empty>;
  return (
    <div class="frame box">
      <img src={src} alt={alt} onError={() => setBroken(src)} />
    </div>
  );
}

function Empty({ children }: { readonly children: ComponentChildren }) {
  return <div class="frame empty box">{children}</div>;
}
