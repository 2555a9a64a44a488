import type { Chain } from '../start.ts';
import type { History } from './history.ts';
import { Impossible } from './impossible.ts';
import { variationOf } from './picture-facts.ts';
import type { Pictures } from './pictures.ts';

/** What is done to the chain once, as opposed to how it is set up. Each deed can be undone. */
export interface Deeds {
  forgetEdge(): void;
  deleteDerivative(preset: string, key: string): Promise<void>;
  replaceOriginal(key: string): Promise<void>;
  upload(key: string, bytes: Buffer): Promise<void>;
}

export function createDeeds(edge: Chain['edge'], pictures: Pictures, history: History): Deeds {
  return {
    forgetEdge() {
      const undo = edge.remember();
      edge.forget();
      history.add('The edge has forgotten everything', undo);
    },
    async deleteDerivative(preset, key) {
      const name = `${preset}/${key}`;
      const derivative = await pictures.read('derivatives', name);
      if (!derivative) throw new Impossible(`There is no derivative ${name} to delete.`, 'View the picture first.');
      await pictures.remove('derivatives', name);
      history.add(`${name} is deleted`, () => pictures.put('derivatives', name, derivative));
    },
    async replaceOriginal(key) {
      const original = await pictures.read('originals', key);
      if (!original) throw new Impossible(`There is no original ${key} to replace.`, 'Choose another picture.');
      const bytes = await variationOf(original.bytes).catch((cause: unknown) => {
        throw new Impossible(
          `${key} cannot be changed: ${cause instanceof Error ? cause.message : String(cause)}`,
          'Upload another file under its name.',
        );
      });
      await pictures.put('originals', key, { ...original, bytes });
      history.add(`${key} is replaced`, () => putBack(pictures, key, original));
    },
    async upload(key, bytes) {
      const before = await pictures.read('originals', key);
      await pictures.put('originals', key, { bytes, headers: {} });
      if (before) history.add(`${key} is replaced`, () => putBack(pictures, key, before));
      else history.add(`${key} is uploaded`, () => pictures.remove('originals', key));
    },
  };
}

/** Where a file of the pictures' folder was hidden by a replacement, it shows again, as it was, once that is gone. */
async function putBack(
  pictures: Pictures,
  key: string,
  original: { bytes: Buffer; headers: Readonly<Record<string, string>> },
) {
  await pictures.remove('originals', key);
  const below = await pictures.read('originals', key);
  if (!below?.bytes.equals(original.bytes)) await pictures.put('originals', key, original);
}
