/** Chromium shows the original and the derivative side by side: every patch of every chart has the same colour. */
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sharpTransformer } from '../../src/adapters/sharp-transformer.ts';
import { config } from '../../src/config.ts';
import { imageTypeOf, requireImageType } from '../../src/core/image-type.ts';
import { planResize } from '../../src/core/resize-plan.ts';
import {
  type Bits,
  type Chunks,
  cHRM,
  chartAvif,
  chartAvifOf,
  chartCmyk,
  chartJpeg,
  chartPng,
  chartWebp,
  chromaticities,
  cICP,
  cLLI,
  gAMA,
  iCCP,
  iccProfile,
  mDCV,
  type PngKind,
  patches,
  sRGB,
} from '../fixtures/colour-charts.ts';
import { deltaE, deltaELab } from '../fixtures/colour-difference.ts';
import { describeInChromium, startChromium } from './chromium.ts';

const mostDifference = 3;
type Kinds = Record<string, () => Promise<Buffer>>;

const labels: Record<string, Chunks> = {
  'no label': {},
  'gAMA 1': gAMA(1),
  'gAMA 1/1.8': gAMA(1 / 1.8),
  'gAMA of sRGB': gAMA(0.45455),
  'cHRM alone': cHRM(...chromaticities.adobe),
  'gAMA and cHRM of Adobe RGB': { ...gAMA(0.45455), ...cHRM(...chromaticities.adobe) },
  'gAMA and cHRM of ProPhoto': { ...gAMA(1 / 1.8), ...cHRM(...chromaticities.prophoto) },
  'sRGB over gAMA': { ...sRGB, ...gAMA(1) },
  'cICP over iCCP': { ...cICP(12, 13), ...iCCP(iccProfile('adobe')) },
  'cICP of limited range': cICP(12, 13, 0),
  'cICP PQ, 400 nits': { ...cICP(9, 16), ...cLLI(400) },
  'cICP PQ, display of 4,000 nits': { ...cICP(9, 16), ...mDCV(4000) },
  ...Object.fromEntries(
    [
      ...[1, 2, 4, 5, 6, 8, 9, 10, 11, 12, 22].map((primaries) => [primaries, 13] as const),
      ...[1, 2, 4, 5, 6, 7, 8, 9, 14, 15, 16, 17, 18].map((transfer) => [9, transfer] as const),
      [12, 16] as const,
    ].map(([primaries, transfer]) => [`cICP ${primaries}/${transfer}`, cICP(primaries, transfer)]),
  ),
};
const pngProfiles = { grey: ['grey'], 'grey alpha': ['grey'] } as const;

function pngs(kind: PngKind, depth: 8 | 16): Kinds {
  const profiles = pngProfiles[kind as keyof typeof pngProfiles] ?? (['srgb', 'p3', 'adobe', 'linear'] as const);
  const all: Record<string, Chunks> = {
    ...labels,
    ...Object.fromEntries(profiles.map((profile) => [`ICC ${profile}`, iCCP(iccProfile(profile))])),
  };
  return Object.fromEntries(
    Object.entries(all).map(([label, chunks]) => [label, async () => chartPng(kind, depth, chunks)]),
  );
}

function avifs(bits: Bits): Kinds {
  // Chromium refuses other transfers.
  const codes = [
    ...[1, 2, 4, 5, 6, 9, 11, 12, 22].map((primaries) => [primaries, 13] as const),
    ...[1, 2, 4, 5, 6, 7, 8, 14, 15, 16, 17, 18].map((transfer) => [9, transfer] as const),
    [12, 16] as const,
  ];
  return Object.fromEntries([
    ...(['srgb', 'p3', 'adobe', 'linear'] as const).map((profile) => [
      `ICC ${profile}`,
      () => chartAvif(profile, bits),
    ]),
    ...codes.flatMap(([primaries, transfer]) =>
      (['rgb', 'rgba'] as const).map((kind) => [
        `nclx ${primaries}/${transfer} ${kind}`,
        () => chartAvifOf(primaries, transfer, bits, kind),
      ]),
    ),
  ]);
}

const profiled: Kinds = {
  ...Object.fromEntries(
    (['srgb', 'p3', 'adobe', 'linear'] as const).flatMap((profile) => [
      [`JPEG, ICC ${profile}`, () => chartJpeg(profile)],
      [`progressive JPEG, ICC ${profile}`, () => chartJpeg(profile, { progressive: true })],
      [`WebP, ICC ${profile}`, () => chartWebp(profile)],
      [`lossy WebP, ICC ${profile}`, () => chartWebp(profile, { quality: 95 })],
    ]),
  ),
  'grey JPEG, ICC grey': () => chartJpeg('grey'),
};

const kinds: Record<string, Kinds> = {
  'JPEG and WebP': profiled,
  'PNG of grey, 8 bits': pngs('grey', 8),
  'PNG of grey, 16 bits': pngs('grey', 16),
  'PNG of grey and alpha, 8 bits': pngs('grey alpha', 8),
  'PNG of grey and alpha, 16 bits': pngs('grey alpha', 16),
  'PNG of a palette': pngs('palette', 8),
  'PNG of RGB, 8 bits': pngs('rgb', 8),
  'PNG of RGB, 16 bits': pngs('rgb', 16),
  'PNG of RGBA, 8 bits': pngs('rgba', 8),
  'PNG of RGBA, 16 bits': pngs('rgba', 16),
  'AVIF of 8 bits': avifs(8),
  'AVIF of 10 bits': avifs(10),
  'AVIF of 12 bits': avifs(12),
};

it('measures differences as the authors of CIEDE2000 do', () => {
  // Sharma, Wu, Dalal, "The CIEDE2000 Color-Difference Formula", table 1: pairs 1, 16 and 34.
  expect(deltaELab([50, 2.6772, -79.7751], [50, 0, -82.7485])).toBeCloseTo(2.0425, 4);
  expect(deltaELab([50, 2.5, 0], [73, 25, -18])).toBeCloseTo(27.1492, 4);
  expect(deltaELab([2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514])).toBeCloseTo(0.9082, 4);
});

describeInChromium('Chromium, beside the original', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await startChromium();
    page = await browser.newPage({ viewport: { width: 8 * shown, height: 8 * shown } });
  });
  afterAll(() => browser?.close());

  it.each(Object.keys(kinds))('shows the same colours: %s', { timeout: 300_000 }, async (group) => {
    const wrong: Record<string, string> = {};
    for (const [kind, differences] of Object.entries(await differencesOf(page, kinds[group] ?? {}))) {
      const patch = differences.indexOf(Math.max(...differences));
      const worst = differences[patch] ?? Number.NaN;
      if (!(worst <= mostDifference)) wrong[kind] = `${worst.toFixed(1)} in patch ${patch}`;
    }
    expect(wrong).toEqual({});
  });

  // docs/image-fidelity.md says why, and names this figure.
  it('shows CMYK as it is printed, which Chromium does not', async () => {
    const [differences = []] = Object.values(await differencesOf(page, { cmyk: chartCmyk }));
    expect(Math.max(...differences)).toBeLessThan(17);
  });
});

/** Pixels of a chart on the page. */
const shown = 80;
const transform = sharpTransformer(config);
const preset = { width: shown, fit: 'inside', formats: [] } as const;
const plan = planResize({ preset: { name: `${shown}x`, preset }, key: 'k' }, { config, imageBaseUrl: 'https://i' });

/** Of each kind, the difference between original and derivative in each patch. */
async function differencesOf(page: Page, charts: Kinds): Promise<Record<string, number[]>> {
  const originals = await Promise.all(Object.values(charts).map((make) => make()));
  const derivatives: Buffer[] = [];
  for (const original of originals) {
    derivatives.push(Buffer.from((await transform(original, requireImageType(original), plan)).bytes));
  }
  const colours = await coloursOf(page, [...originals, ...derivatives]);
  return Object.fromEntries(
    Object.keys(charts).map((kind, n) => [
      kind,
      (colours[n] ?? []).map((colour, patch) => deltaE(colour, colours[originals.length + n]?.[patch] ?? [])),
    ]),
  );
}

/** The mean colour of each patch of each image, as Chromium shows it on white. */
async function coloursOf(page: Page, images: readonly Buffer[]): Promise<number[][][]> {
  const colours: number[][][] = [];
  const onePage = 64;
  for (let from = 0; from < images.length; from += onePage) {
    const some = images.slice(from, from + onePage);
    const tags = some.map(
      (image) =>
        `<img src="data:image/${imageTypeOf(image)};base64,${image.toString('base64')}" width=${shown} height=${shown}>`,
    );
    await page.setContent(
      `<!doctype html><style>body { margin: 0; width: ${8 * shown}px; display: flex; flex-wrap: wrap; align-content: start; background: #fff }
      img { display: block; image-rendering: pixelated }</style>${tags.join('')}`,
    );
    const broken = await page.evaluate(
      'Promise.all([...document.images].map((image) => image.decode().then(() => "", () => image.src.slice(0, 30))))',
    );
    expect((broken as string[]).filter(Boolean)).toEqual([]);
    const { data, info } = await sharp(await page.screenshot())
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    for (const n of some.keys()) {
      const [left, top] = [(n % 8) * shown, Math.floor(n / 8) * shown];
      colours.push(
        patches.map((_, patch) => meanOf(data, info.width, left + (patch % 4) * 20, top + (patch >> 2) * 20)),
      );
    }
  }
  return colours;
}

/** Of the middle of a patch that begins here. */
function meanOf(data: Buffer, width: number, left: number, top: number): number[] {
  const sums = [0, 0, 0];
  for (let y = top + 5; y < top + 15; y += 1) {
    for (let x = left + 5; x < left + 15; x += 1) {
      for (const channel of sums.keys())
        sums[channel] = (sums[channel] ?? 0) + (data[(y * width + x) * 3 + channel] ?? 0);
    }
  }
  return sums.map((sum) => sum / 100);
}
