import type { ReadSize } from './image.ts';

/** Frame headers, SOF0 to SOF15, without the tables that lie between them: DHT, JPG, DAC. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/**
 * The end is looked for at the end only: derivatives carry no metadata, hence no thumbnail with an end of its own, and
 * walking through the scan would cost milliseconds a view.
 */
export const jpegSize: ReadSize = (bytes, view) => {
  if (view.getUint16(bytes.length - 2) !== 0xffd9) return undefined;
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    // Any number of 0xFF may stand before a marker.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (isFrame(marker)) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + view.getUint16(at + 2);
  }
};
