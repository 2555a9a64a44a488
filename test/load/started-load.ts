import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { type FinishedRun, runLoad } from '../../loadtest/run/run-load.ts';
import type { ScenarioName } from '../../loadtest/scenario-table.ts';
import type { WorkloadName } from '../../loadtest/workloads.ts';
import { openImages } from '../../local/chain/buckets.ts';
import { readChainParts } from '../../local/chain/read-parts.ts';
import { type Chain, startChain } from '../../local/chain/start-chain.ts';
import { createControl } from '../../local/faults/control.ts';
import type { Capacity } from '../../src/config.ts';
import { rawQuarters } from '../fixtures/images.ts';
import { synthesizedTemplate } from '../fixtures/synthesized-template.ts';
import type { FaultRow } from './fault-table.ts';
import { buildMutant } from './mutant.ts';

const root = resolve(import.meta.dirname, '../..');

/** Small images of different sizes and types: a cold view costs little, and a wrong size shows. */
export async function makeCorpus(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'corpus-'));
  for (const [name, width, height] of [
    ['wide.jpg', 1500, 900],
    ['high.jpg', 700, 1100],
    ['drawing.png', 900, 700],
    ['photo.webp', 1300, 1300],
  ] as const) {
    const image = sharp(rawQuarters(width, height), { raw: { width, height, channels: 3 } });
    // Of different colours, so that a replaced image is told from its original.
    await image.modulate({ hue: width % 360 }).toFile(join(folder, name));
  }
  return folder;
}

export interface LoadRun {
  readonly scenarios: readonly ScenarioName[];
  readonly workload?: WorkloadName;
  readonly capacity?: Capacity;
  readonly corpusFolder: string;
  readonly fault?: Pick<FaultRow, 'mutations' | 'setup' | 'change'>;
}

/** Starts a chain with a fault, loads it, and stops it. */
export async function loadChain({
  scenarios,
  workload = 'smoke',
  capacity,
  corpusFolder,
  fault = {},
}: LoadRun): Promise<FinishedRun & { chain: Chain }> {
  const templateFile = await synthesizedTemplate('staging');
  mkdirSync(join(root, '.cache/load-faults'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache/load-faults/'));
  const { mutations, change, setup } = fault;
  const start = (codeDirectory?: string) =>
    startChain({
      templateFile,
      maxProcesses: 4,
      targetFile: join(folder, 'target.json'),
      ...(change && { change }),
      ...(codeDirectory !== undefined && { codeDirectory }),
    });
  const code = mutations && (await buildMutant(folder, soundCode(templateFile), mutations));
  const chain = await start(code);
  // Queues and invalidations go by them, as in make dev.
  const timers = setInterval(() => chain.timers.run().catch(console.error), 100);
  try {
    if (setup) await createControl(chain, openImages(chain)).set(setup);
    const finished = await runLoad({
      target: chain.target,
      scenarios,
      workload,
      capacity,
      corpusFolder,
      outputFolder: join(folder, 'runs'),
      say: () => {},
    });
    return { ...finished, chain };
  } finally {
    clearInterval(timers);
    await chain.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns the code of the function that resizes: the one with packages. */
function soundCode(templateFile: string): string {
  const folders = readChainParts({ templateFile }).functions.map(({ codeDirectory }) => codeDirectory);
  const folder = folders.find((one) => existsSync(join(one, 'node_modules')));
  if (!folder) throw new Error(`No function of the template brings packages along: looked in ${folders.join(', ')}`);
  return folder;
}
