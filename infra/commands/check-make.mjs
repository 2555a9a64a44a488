/**
 * Checks a call of make before anything is built: `node check-make.mjs MAKEFILE "GOALS" "VARIABLES"`. Prints what is
 * wrong, with the nearest name that exists, or nothing. A command takes the variables that its help line names as
 * `NAME=`. Plain JavaScript for any Node, since it runs before Node 24 is installed.
 */
import { readFileSync } from 'node:fs';

const [makefile = 'Makefile', goals = '', variables = ''] = process.argv.slice(2);

/** The name of each command, with the variables that it takes. */
const commands = new Map(
  [...readFileSync(makefile, 'utf8').matchAll(/^([a-z0-9-]+):.*##@?(.*)$/gm)].map(([, name, help]) => [
    name,
    [...help.matchAll(/\b([A-Z][A-Z0-9_]*)=/g)].map(([, variable]) => variable),
  ]),
);

for (const goal of words(goals)) {
  if (!commands.has(goal))
    exit(`There is no command "make ${goal}"`, nearest(goal, [...commands.keys()]), '"make" lists all');
}
const allowed = [...new Set(words(goals).flatMap((goal) => commands.get(goal) ?? []))];
for (const variable of words(variables)) {
  if (allowed.includes(variable)) continue;
  const takes = allowed.length === 0 ? 'it takes none' : `it takes ${allowed.join(', ')}`;
  exit(`"make ${goals || 'help'}" has no variable ${variable}`, nearest(variable, allowed), takes);
}

function words(text) {
  return text.split(/\s+/).filter(Boolean);
}

function exit(fault, name, otherwise) {
  console.log(`${fault}: ${name ? `did you mean ${name}? (${otherwise})` : otherwise}`);
  process.exit(0);
}

/** The name with the fewest edits, where that is at most a third of its letters, and two at least. */
function nearest(given, names) {
  const [best] = names.map((name) => ({ name, edits: edits(given, name) })).sort((a, b) => a.edits - b.edits);
  return best && best.edits <= Math.max(2, best.name.length / 3) ? best.name : undefined;
}

/** Levenshtein's distance. */
function edits(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}
