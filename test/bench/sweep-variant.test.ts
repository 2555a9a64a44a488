import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileProgram } from '../../bench/run/compile.ts';
import { startWorker, type Worker } from '../../bench/run/worker.ts';
import type { Settings } from '../../bench/sweep/families.ts';
import type { VariantJob, VariantProduct } from '../../bench/sweep/variant.ts';

const folder = mkdtempSync(join(tmpdir(), 'variant-'));
const file = join(folder, 'photo.jpg');
let worker: Worker<VariantJob>;

beforeAll(async () => {
  // Soft shapes with some grain: nothing that any encoder finds trivial.
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  await sharp({ create: { width: 160, height: 120, channels: 3, background: '#808080', noise } })
    .resize(1600, 1200)
    .jpeg({ quality: 95 })
    .toFile(file);
  const program = await compileProgram('bench/sweep/variant.ts');
  worker = await startWorker(program, {});
}, 60_000);
afterAll(async () => {
  await worker?.close();
  rmSync(folder, { recursive: true });
});

async function make(preset: string, settings: Settings): Promise<VariantProduct> {
  return (await worker.measure({ file, preset, settings })).product as VariantProduct;
}

test('a variant is the shipped code with its settings: more effort makes fewer bytes', async () => {
  const little = await make('640x.webp', { webp: { effort: 0 } });
  const much = await make('640x.webp', { webp: { effort: 6 } });
  expect(much.bytes).toBeLessThan(little.bytes);
});

test('what looks worse is measured as worse', async () => {
  const good = await make('640x.webp', { webp: { quality: 80 } });
  const bad = await make('640x.webp', { webp: { quality: 5 } });
  expect(bad.bytes).toBeLessThan(good.bytes);
  expect(bad.similarity).toBeLessThan(good.similarity - 0.002);
  expect(good.similarity).toBeGreaterThan(0.9);
  expect(good.similarity).toBeLessThanOrEqual(1);
});

test('mozjpeg and fast shrink on load can be chosen', async () => {
  const without = await make('640x', { jpg: { mozjpeg: false } });
  const withIt = await make('640x', { jpg: { mozjpeg: true } });
  expect(withIt.bytes).toBeLessThan(without.bytes);
  const [fast, full] = [
    await make('320x', { fastShrinkOnLoad: true }),
    await make('320x', { fastShrinkOnLoad: false }),
  ];
  expect(full.similarity).toBeGreaterThanOrEqual(fast.similarity - 0.001);
});
