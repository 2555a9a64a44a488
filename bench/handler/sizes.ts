import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { limitRow, type Row } from './rows.ts';

/** (d) As the build has measured them. */
export function measureSizes(dist: string): Row[] {
  const { arch, bytes, zipBytes } = JSON.parse(readFileSync(join(dist, 'resize.sizes.json'), 'utf8'));
  return [
    limitRow({ goal: 'd', what: `code for linux-${arch}, zipped`, value: zipBytes / 1e6, unit: 'MB', aim: 8.8 }),
    limitRow({ goal: 'd', what: `code for linux-${arch}, unzipped`, value: bytes / 1e6, unit: 'MB', aim: 21 }),
  ];
}
