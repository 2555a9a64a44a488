import { afterEach } from 'vitest';
import { type Chain, type ChainOptions, startChain } from '../../../local/chain/start-chain.ts';
import { functionDirectory, templateFile } from './small-template.ts';

const running: Chain[] = [];
afterEach(async () => {
  for (const chain of running.splice(0)) await chain.stop();
});

export async function startedChain(options: Partial<ChainOptions> = {}): Promise<Chain> {
  const switches = { locationEncoding: 'once', ...options.switches } as const;
  const chain = await startChain({
    templateFile: templateFile(),
    codeDirectory: functionDirectory,
    ...options,
    switches,
  });
  running.push(chain);
  return chain;
}

export async function upload(chain: Chain, key: string, body = 'pixels'): Promise<void> {
  await chain.s3.store.put(chain.s3.originals, key, { headers: {}, body: [Buffer.from(body)] });
}

export interface SeenHop {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** Every hop of a viewer who follows redirects, five at most. */
export async function view(url: string): Promise<readonly SeenHop[]> {
  const hops: SeenHop[] = [];
  for (let next: string | null = url; next !== null && hops.length < 5; ) {
    const answer: Response = await fetch(next, { redirect: 'manual' });
    hops.push({ url: next, status: answer.status, headers: answer.headers, body: await answer.text() });
    next = answer.headers.get('location');
  }
  return hops;
}

export const statuses = (hops: readonly SeenHop[]): readonly number[] => hops.map(({ status }) => status);
