import type { ReadSize } from './image.ts';

const image = 0x2c;
const extension = 0x21;
const trailer = 0x3b;

/** A colour table's bytes, from the packed field that announces it. */
const tableBytes = (packed: number) => (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0);

/** Walks the blocks: the byte of the trailer can stand anywhere in the data. */
export const gifSize: ReadSize = (bytes, view) => {
  const size = { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  const pastSubBlocks = (from: number) => {
    let at = from;
    for (let length = view.getUint8(at); length > 0; length = view.getUint8(at)) at += 1 + length;
    return at + 1;
  };
  for (let at = 13 + tableBytes(view.getUint8(10)); ; ) {
    const block = view.getUint8(at);
    if (block === trailer) return at + 1 === bytes.length ? size : undefined;
    if (block === extension) at = pastSubBlocks(at + 2);
    else if (block === image) at = pastSubBlocks(at + 11 + tableBytes(view.getUint8(at + 9)));
    else return undefined;
  }
};
