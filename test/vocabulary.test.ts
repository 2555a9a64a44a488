/** One term for each thing (docs/architecture.md): the retired ones are not used as names, or in prose. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** The retired word, what to say, and where the word has another meaning. */
const retired: readonly { readonly word: RegExp; readonly say: string; readonly except?: RegExp }[] = [
  { word: /\b(?:pictures?)\b/, say: 'image', except: /<\/?picture|'picture'|~\/Pictures/ },
  { word: /\b(?:doors?)\b/, say: 'entry point (edge, api), or endpoint' },
  { word: /\b(?:sights?)\b/, say: 'expected view' },
  { word: /\b(?:walkers?)\b/, say: 'canary' },
  {
    word: /\b(?:walk(?:s|ed|ing)?)\b/,
    say: 'followRedirects, or canary run',
    except: /jpeg-structure|sub-folders|markers/,
  },
  { word: /\b(?:strangers?)\b/, say: 'direct callers' },
  { word: /\b(?:ghosts?)\b/, say: 'lost redirects' },
  { word: /\b(?:made up)\b/, say: 'synthetic, or canary' },
  { word: /\b(?:go(?:es|ing)? round|sent round)\b/, say: 'redirect loop' },
  { word: /\b(?:worlds?)\b/, say: 'context' },
  { word: /\b(?:stations?)\b/, say: 'endpoint' },
  { word: /\b(?:deeds?)\b/, say: 'action' },
  { word: /\b(?:kitchens?)\b/, say: 'scenario context' },
  { word: /\b(?:recipes?)\b/, say: 'scenario' },
  { word: /\b(?:verbs?)\b/, say: 'command' },
  { word: /\b(?:duels?|duellists?)\b/, say: 'pair' },
  { word: /\b(?:laborator(?:y|ies))\b/, say: 'machine' },
  { word: /\b(?:whoever|nought|somebody whom|twofold|whereabouts)\b/, say: 'plain English' },
];

const self = 'test/vocabulary.test.ts';
const history =
  /^CHANGELOG\.md$|^docs\/decisions\/|^LICENSE$|^package-lock\.json$|go\.(?:mod|sum)$|\.(?:png|svg|json)$/;
const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && file !== self && !history.test(file));

const lines = files.flatMap((file) =>
  [file, ...readFileSync(join(root, file), 'utf8').split('\n')].map((line, number) => ({
    at: `${file}:${number}`,
    line,
    words: wordsOf(line),
  })),
);

it.each(retired)('$word is not used: say $say', ({ word, except }) => {
  const uses = lines.filter(({ words, line }) => word.test(words) && !except?.test(line));
  expect(uses.map(({ at, line }) => `${at} ${line.trim()}`)).toEqual([]);
});

/** The words of a line in lower case, those inside names too: `startDoor` and `start-door` are "start door". */
function wordsOf(line: string): string {
  return line
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[-_]/g, ' ')
    .toLowerCase();
}
