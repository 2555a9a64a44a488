import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Megabytes of the deployed Lambda: the bench has written them for the stack. */
export function lambdaMemory(): number {
  const file = resolve(import.meta.dirname, '../../infra/function-memory.json');
  const { memoryMegabytes } = JSON.parse(readFileSync(file, 'utf8')) as { readonly memoryMegabytes?: unknown };
  if (typeof memoryMegabytes === 'number') return memoryMegabytes;
  throw new Error(`${file}: memoryMegabytes is ${JSON.stringify(memoryMegabytes)}, expected a number`);
}
