import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { limitRow, type Row } from './rows.ts';

/** (d) As the build has measured them. */
export function measureSizes(dist: string): Row[] {
  const { arch, bytes, zipBytes } = JSON.parse(readFileSync(join(dist, 'resize.sizes.json'), 'utf8'));
  const row = (what: string, value: number, aim: number): Row => ({
    ...limitRow({ goal: 'd', what: `code for linux-${arch}, ${what}`, value: value / 1e6, unit: 'MB', aim }),
    bytesMet: value / 1e6 <= aim,
  });
  return [row('zipped', zipBytes, 8.8), row('unzipped', bytes, 21)];
}
