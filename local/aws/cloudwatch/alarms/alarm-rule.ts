import type { AlarmState } from './alarm-state.ts';

export type AlarmRule =
  | { readonly is: 'state'; readonly state: AlarmState; readonly alarm: string }
  | { readonly is: 'constant'; readonly value: boolean }
  | { readonly is: 'not'; readonly of: AlarmRule }
  | { readonly is: 'and' | 'or'; readonly parts: readonly AlarmRule[] };

const token =
  /\s*(?:(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"([^"]+)"|([^\s()"]+))\s*\)|(AND|OR|NOT|TRUE|FALSE)\b|([()]))/iy;

/** Reads the rule of a composite alarm (API reference, PutCompositeAlarm). Alarms are named by name or by ARN. */
export function parseAlarmRule(text: string): AlarmRule {
  const words: (string | { state: AlarmState; alarm: string })[] = [];
  token.lastIndex = 0;
  while (text.slice(token.lastIndex).trim() !== '') {
    const from = token.lastIndex;
    const match = token.exec(text);
    if (!match) throw new Error(`The alarm rule "${text}" cannot be read from "${text.slice(from).trim()}" on`);
    const [, state, quoted, bare, word, bracket] = match;
    if (state) words.push({ state: state.toUpperCase() as AlarmState, alarm: nameOf(quoted ?? bare ?? '') });
    else words.push((word ?? bracket ?? '').toUpperCase());
  }
  let at = 0;
  const fail = (expected: string) => {
    const given = words[at] === undefined ? 'its end' : JSON.stringify(words[at]);
    return new Error(`The alarm rule "${text}": ${given} given, expected ${expected}`);
  };

  function joined(word: 'OR' | 'AND', part: () => AlarmRule): AlarmRule {
    const parts = [part()];
    while (words[at] === word) {
      at += 1;
      parts.push(part());
    }
    const [only] = parts;
    return parts.length === 1 && only ? only : { is: word === 'OR' ? 'or' : 'and', parts };
  }
  const or = (): AlarmRule => joined('OR', and);
  const and = (): AlarmRule => joined('AND', not);

  function not(): AlarmRule {
    const word = words[at];
    if (word === undefined) throw fail('an alarm');
    at += 1;
    if (typeof word === 'object') return { is: 'state', ...word };
    if (word === 'NOT') return { is: 'not', of: not() };
    if (word === 'TRUE' || word === 'FALSE') return { is: 'constant', value: word === 'TRUE' };
    if (word !== '(') {
      at -= 1;
      throw fail('an alarm');
    }
    const inner = or();
    if (words[at] !== ')') throw fail('")"');
    at += 1;
    return inner;
  }

  const rule = or();
  if (at < words.length) throw fail('the end');
  return rule;
}

/** `arn:aws:cloudwatch:us-east-1:123456789012:alarm:name` is called `name`, too. */
function nameOf(given: string): string {
  return given.replace(/^arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:/, '');
}

/** A composite alarm knows no missing data: it is ALARM or OK. */
export function ruleHolds(rule: AlarmRule, stateOf: (alarm: string) => AlarmState): boolean {
  switch (rule.is) {
    case 'state':
      return stateOf(rule.alarm) === rule.state;
    case 'constant':
      return rule.value;
    case 'not':
      return !ruleHolds(rule.of, stateOf);
    case 'and':
      return rule.parts.every((part) => ruleHolds(part, stateOf));
    case 'or':
      return rule.parts.some((part) => ruleHolds(part, stateOf));
  }
}

export function alarmsIn(rule: AlarmRule): readonly string[] {
  if (rule.is === 'state') return [rule.alarm];
  if (rule.is === 'not') return alarmsIn(rule.of);
  return rule.is === 'constant' ? [] : rule.parts.flatMap(alarmsIn);
}
