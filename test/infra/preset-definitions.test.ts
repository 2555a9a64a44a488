import { expect, test } from 'vitest';
import { comparePresets, definitionsFrom, definitionsOf } from '../../infra/preset-definitions.ts';
import { config, type ServiceConfig } from '../../src/config.ts';
import { templateOf } from './synthesized.ts';

const shipped = definitionsFrom(config);
const withPreset = (name: string, preset: ServiceConfig['presets'][string]) => ({
  ...shipped,
  presets: { ...shipped.presets, [name]: preset },
});

test('the template carries the definitions that a later diff compares', () => {
  expect(definitionsOf(templateOf())).toEqual(shipped);
});

test('comparePresets() sees nothing where nothing changed', () => {
  expect(comparePresets(shipped, shipped)).toEqual({ changed: [], added: [], removed: [] });
});

test('comparePresets() names each difference of a preset in each of its formats', () => {
  const cropped = withPreset('200x200', { ...config.presets['200x200'], position: 'centre' });
  const differences = ['position: "attention" -> "centre"'];
  expect(comparePresets(shipped, cropped)).toEqual({
    changed: ['200x200', '200x200.webp', '200x200.avif', '200x200.auto'].map((name) => ({ name, differences })),
    added: [],
    removed: [],
  });
});

test('comparePresets() lays a codec to the presets that use it', () => {
  const finer = { ...shipped, codecs: { ...shipped.codecs, avif: { ...shipped.codecs.avif, quality: 70 } } };
  const { changed } = comparePresets(shipped, finer);
  expect(changed.map(({ name }) => name)).toContain('48x48.avif');
  // An original may be an AVIF, and a name without a format keeps it.
  expect(changed.map(({ name }) => name)).toContain('48x48');
  expect(changed.map(({ name }) => name)).not.toContain('48x48.webp');
  expect(changed[0]?.differences).toEqual([`codecs.avif.quality: ${config.codecs.avif.quality} -> 70`]);
});

test('comparePresets() takes a format that comes or goes for a preset of its own', () => {
  const more = withPreset('1200x630', { ...config.presets['1200x630'], formats: ['jpg', 'webp'] });
  expect(comparePresets(shipped, more)).toEqual({ changed: [], added: ['1200x630.webp'], removed: [] });
  expect(comparePresets(more, shipped)).toEqual({ changed: [], added: [], removed: ['1200x630.webp'] });
});

test('comparePresets() shows a setting that was absent', () => {
  const bigger = withPreset('320x', { ...config.presets['320x'], enlarge: true });
  expect(comparePresets(shipped, bigger).changed[0]?.differences).toEqual(['enlarge: absent -> true']);
});
