/**
 * Images of others through the whole handler: right ones of every kind, damaged ones, and bombs. `CORPUS` names a
 * folder with `manifest.json` and `files/`; each entry says what the service must answer.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { config } from '../../src/config.ts';
import { startTestHandler, type TestHandler } from '../fixtures/handler.ts';
import { startTestS3, type TestS3 } from '../fixtures/s3.ts';

interface Entry {
  readonly file: string;
  readonly want: 'ok' | 'ok-or-415' | 'reject' | 'either';
  readonly width?: number;
  readonly height?: number;
  /** Width and height once orientation is applied. */
  readonly upright?: readonly [number, number];
}

const folder = process.env.CORPUS ?? '';
const there = existsSync(join(folder, 'manifest.json'));
const entries: Entry[] = there ? JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')).files : [];
const presets = ['200x200', '320x', '640x.webp', '48x48.avif'] as const;

/** One image may take this long on a loaded machine; most take some milliseconds. */
const bound = 20_000;

let s3: TestS3;
let service: TestHandler;
beforeAll(async () => {
  s3 = await startTestS3();
  service = await startTestHandler(s3);
});
afterAll(() => s3.stop());

describe.skipIf(!there)('the corpus (skipped unless CORPUS names its folder)', () => {
  it.each(entries)('$file: $want', { timeout: bound * presets.length }, async (entry) => {
    const bytes = readFileSync(join(folder, 'files', entry.file));
    await service.putOriginal(entry.file, bytes);
    for (const preset of presets) {
      const answer = await service.ask(preset, entry.file);
      const stored = await service.storedDerivative(`${preset}/${entry.file}`);
      const said = `${preset}: ${answer.status} ${answer.body.toString().slice(0, 200)}`;
      expect(allows(entry.want, answer.status), said).toBe(true);
      expect(stored === undefined, said).toBe(answer.status !== 301);
      if (stored) await expectRight(entry, preset, stored.bytes);
    }
  });
});

function allows(want: Entry['want'], status: number): boolean {
  const refused = status >= 400 && status < 500;
  if (want === 'ok') return status === 301;
  if (want === 'reject') return refused;
  return status === 301 || (want === 'ok-or-415' ? status === 415 : refused);
}

async function expectRight(entry: Entry, preset: (typeof presets)[number], derivative: Buffer): Promise<void> {
  // Decoded whole, with no tolerance for damage.
  await sharp(derivative, { failOn: 'warning' }).stats();
  const { width = 0, height = 0, space, depth, exif, xmp, icc } = await sharp(derivative).metadata();
  expect(['srgb', 'b-w'], preset).toContain(space);
  expect({ depth, exif, xmp, icc }, preset).toEqual({ depth: 'uchar' });

  const [from, down] = entry.upright ?? [entry.width, entry.height];
  if (!from || !down || entry.want !== 'ok') return;
  const [name] = preset.split('.') as ['200x200' | '320x' | '640x' | '48x48'];
  const box = config.presets[name];
  const wanted =
    'height' in box
      ? scaled(box.width, box.height, Math.min(1, from / box.width, down / box.height))
      : scaled(from, down, Math.min(1, box.width / from));
  expect(Math.abs(width - (wanted[0] ?? 0)), `${preset}: ${width} x ${height}, expected ${wanted}`).toBeLessThanOrEqual(
    1,
  );
  expect(
    Math.abs(height - (wanted[1] ?? 0)),
    `${preset}: ${width} x ${height}, expected ${wanted}`,
  ).toBeLessThanOrEqual(1);
}

const scaled = (width: number, height: number, by: number) => [Math.max(1, width * by), Math.max(1, height * by)];
