/** (f) Our settings of an encoder against the ones that sharp has by default. */
import { existingPhotoFile } from '../photos/photo-set.ts';
import { compileProgram } from '../programs.ts';
import { median, pairwiseRatios } from '../statistics.ts';
import type { Sample } from '../work-server.ts';
import { startWorker } from '../worker.ts';
import { type CodecJob, codecCases } from './cases.ts';
import type { Effort } from './effort.ts';
import { cpuOf, duel } from './pairs.ts';
import type { Row } from './rows.ts';

interface Product {
  readonly bytes: number;
  readonly similarity: number;
}

export async function measureCodecs({ rounds, slowRounds, variables, say }: Effort): Promise<Row[]> {
  const program = await compileProgram(new URL('./programs/codec.ts', import.meta.url).pathname);
  const ours = await startWorker<CodecJob>(program, variables);
  const theirs = await startWorker<CodecJob>(program, variables);
  const rows: Row[] = [];
  for (const { photo, preset, format, aim } of codecCases) {
    say(`(f) ${format}, ${photo} at ${preset}`);
    const job = { file: existingPhotoFile(photo), preset, format };
    const result = await duel(
      { worker: ours, job: { ...job, settings: 'ours' } },
      { worker: theirs, job: { ...job, settings: 'default' } },
      format === 'avif' ? slowRounds : rounds,
    );
    const cpu = median(pairwiseRatios(cpuOf(result.ours), cpuOf(result.theirs)));
    const [our, their] = [productOf(result.ours), productOf(result.theirs)];
    const bytes = our.bytes / their.bytes;
    rows.push({
      goal: 'f',
      what: `our ${format} / sharp's default, ${photo} at ${preset}`,
      ours: describe(our, result.ours),
      theirs: describe(their, result.theirs),
      result: `CPU ${cpu.toFixed(3)}, bytes ${bytes.toFixed(3)}`,
      samples: { ours: cpuOf(result.ours), theirs: cpuOf(result.theirs) },
      aim: [aim.cpu && `CPU ≤ ${aim.cpu}`, aim.bytes && `bytes ≤ ${aim.bytes}`].filter(Boolean).join(', '),
      ...((aim.cpu || aim.bytes) && { met: cpu <= (aim.cpu ?? cpu) && bytes <= (aim.bytes ?? bytes) }),
      ...(aim.bytes && { bytesMet: bytes <= aim.bytes }),
    });
  }
  await Promise.all([ours.close(), theirs.close()]);
  return rows;
}

function productOf(samples: readonly Sample[]): Product {
  return samples[0]?.product as Product;
}

function describe({ bytes, similarity }: Product, samples: readonly Sample[]): string {
  return `${median(cpuOf(samples)).toFixed(1)} ms, ${(bytes / 1000).toFixed(1)} kB, SSIM ${similarity.toFixed(3)}`;
}
