import { defectCodes } from '../lib/defects.ts';
import type { Finding, Level } from './findings.ts';

export interface Verdict {
  readonly word: 'PASS' | 'WARN' | 'VOID' | 'FAIL';
  /** The one line that is read. */
  readonly line: string;
  readonly exitCode: 0 | 1;
}

const words: Readonly<Record<Level, Verdict['word']>> = { fail: 'FAIL', void: 'VOID', warn: 'WARN', note: 'PASS' };
const levels: readonly Level[] = ['fail', 'void', 'warn', 'note'];

/** The worst first; among faults the one that causes the others, by the order of the defects. */
export function byWeight(findings: readonly Finding[]): Finding[] {
  const codes: readonly string[] = defectCodes;
  const blame = ({ code }: Finding) => {
    const at = codes.indexOf(code);
    return at < 0 ? codes.length : at;
  };
  return [...findings].sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level) || blame(a) - blame(b));
}

/** `passed` is what there is to say when nothing speaks against the run. */
export function judge(findings: readonly Finding[], passed: string): Verdict {
  const [worst, ...others] = byWeight(findings.filter(({ level }) => level !== 'note'));
  if (!worst) return { word: 'PASS', line: `PASS: ${passed}`, exitCode: 0 };
  const word = words[worst.level];
  const more = others.filter(({ level, code }) => level === worst.level && code !== worst.code);
  const also = more.length === 0 ? '' : `; also ${[...new Set(more.map(({ code }) => code))].join(', ')}`;
  return {
    word,
    line: `${word}: ${worst.code} in ${worst.scenario}: ${worst.says}${also}`,
    exitCode: word === 'WARN' ? 0 : 1,
  };
}
