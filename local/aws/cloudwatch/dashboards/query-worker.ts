import { parentPort } from 'node:worker_threads';
import type { LogLine } from '../../logs.ts';
import type { LogAnswer, Question, Reply } from './log-queries.ts';
import { rowsOf } from './log-rows.ts';

/** The lines that have been sent, as many as the chain keeps. */
const kept = new Map<string, LogLine[]>();

parentPort?.on('message', ({ id, query, range, logs }: Question) => {
  const begun = performance.now();
  for (const { group, fresh, length } of logs) kept.set(group, [...(kept.get(group) ?? []), ...fresh].slice(-length));
  const answer = answerTo(query, range);
  parentPort?.postMessage({ id, answer, milliseconds: performance.now() - begun } satisfies Reply);
});

function answerTo(query: string, range: Question['range']): LogAnswer {
  try {
    return { kind: 'log', ...rowsOf(query, (group) => kept.get(group) ?? [], range) };
  } catch (error) {
    return { kind: 'problem', problem: error instanceof Error ? error.message : String(error) };
  }
}
