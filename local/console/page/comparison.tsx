import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Original, View } from '../contract.ts';
import { bytes, dimensions, time } from './format.ts';
import { derivativeUrl, originalUrl } from './server.ts';

interface Props {
  readonly view: View;
  readonly originals: readonly Original[];
  /** Whether the server still has the bytes of the derivative. */
  readonly hasBytes: boolean;
}

/** The original beside its derivative. */
export function Comparison({ view, originals, hasBytes }: Props) {
  const { original, derivative, id, image, preset, at, milliseconds } = view;
  const file = originals.find(({ key }) => key === image);
  const share = original && derivative && ((derivative.bytes / original.bytes) * 100).toFixed(1);
  return (
    <div class="comparison">
      <figure>
        {original ? (
          <Framed src={originalUrl(image, at.replace(/\D/g, ''))} alt={`The original ${image}`} />
        ) : (
          <Empty>{file ? 'This original is not an image that browsers can draw.' : 'There is no such original.'}</Empty>
        )}
        <figcaption>
          <strong>Original</strong>{' '}
          <span>{original ? dimensions(original) : `${image}${file ? `, ${bytes(file.bytes)}` : ''}`}</span>
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
