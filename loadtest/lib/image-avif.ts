import type { ReadSize, Size } from './image.ts';

/** A box of ISO/IEC 14496-12: `from` and `to` hold its content. */
interface Box {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** `undefined` as soon as a box reaches further than what holds it. */
function boxes(view: DataView, from: number, to: number): Box[] | undefined {
  const list: Box[] = [];
  for (let at = from; at < to; ) {
    const stated = view.getUint32(at);
    // 1: the length stands behind the name, in 64 bits. 0: up to the end.
    const bytes = stated === 1 ? Number(view.getBigUint64(at + 8)) : stated === 0 ? to - at : stated;
    const header = stated === 1 ? 16 : 8;
    if (bytes < header || at + bytes > to) return undefined;
    const name = String.fromCharCode(...[4, 5, 6, 7].map((offset) => view.getUint8(at + offset)));
    list.push({ name, from: at + header, to: at + bytes });
    at += bytes;
  }
  return list;
}

/** Version and flags stand in front of the content of a full box. */
const fullBox = 4;

/** The size is a property (`ispe`) of the primary item, found by its number in the associations. */
export const avifSize: ReadSize = (bytes, view) => {
  const inside = (box: Box | undefined, skip = 0) => (box ? (boxes(view, box.from + skip, box.to) ?? []) : []);
  const named = (list: readonly Box[], name: string) => list.find((box) => box.name === name);
  const top = boxes(view, 0, bytes.length);
  // The pixels stand in a box of their own: a file can be cut exactly in front of it.
  if (!top || !named(top, 'mdat')) return undefined;

  const meta = inside(named(top, 'meta'), fullBox);
  const properties = inside(named(meta, 'iprp'));
  const values = inside(named(properties, 'ipco'));
  const numbers = propertyNumbers(view, named(properties, 'ipma'), primaryItem(view, named(meta, 'pitm')));
  const box = numbers.map((number) => values[number - 1]).find((value) => value?.name === 'ispe');
  return box && sizeIn(view, box);
};

function sizeIn(view: DataView, { from }: Box): Size {
  return { width: view.getUint32(from + fullBox), height: view.getUint32(from + fullBox + 4) };
}

function primaryItem(view: DataView, box: Box | undefined): number | undefined {
  if (!box) return undefined;
  const version = view.getUint8(box.from);
  return version === 0 ? view.getUint16(box.from + fullBox) : view.getUint32(box.from + fullBox);
}

/** The properties that belong to an item, counted from 1. */
function propertyNumbers(view: DataView, box: Box | undefined, item: number | undefined): number[] {
  if (!box || item === undefined) return [];
  const wideItems = view.getUint8(box.from) > 0;
  const wideNumbers = (view.getUint8(box.from + 3) & 1) === 1;
  const entries = view.getUint32(box.from + fullBox);
  let at = box.from + fullBox + 4;
  for (let entry = 0; entry < entries; entry += 1) {
    const id = wideItems ? view.getUint32(at) : view.getUint16(at);
    at += wideItems ? 4 : 2;
    const count = view.getUint8(at);
    at += 1;
    const width = wideNumbers ? 2 : 1;
    if (id === item) {
      // The first bit says that a reader must understand the property.
      const read = (n: number) => (wideNumbers ? view.getUint16(at + n * 2) & 0x7fff : view.getUint8(at + n) & 0x7f);
      return Array.from({ length: count }, (_, n) => read(n));
    }
    at += count * width;
  }
  return [];
}
