import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { View } from '../contract.ts';
import { dimensions, time } from './format.ts';
import { derivativeUrl, originalUrl } from './server.ts';

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
