import type { Setup } from '../console/contract.ts';
import { lambdaChoices, s3Choices, switchQuestions, templateChoices } from './catalogue.ts';
import { Impossible } from './refused.ts';

type Fields = Readonly<Record<string, unknown>>;

const browserChoices = { forgets: true, 'keeps-redirects': true } as const;
const mostDays = 3650;

/** A setup, or a part of one, as it comes from a page or a link. Whatever is not known is refused by name. */
export function readSetup(fields: Fields, now: Setup): Partial<Setup> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, readField(name, value, now)]));
}

function readField(name: string, value: unknown, now: Setup): Setup[keyof Setup] {
  switch (name) {
    case 'browser':
      return oneOf(name, value, browserChoices);
    case 'lambda':
      return oneOf(name, value, lambdaChoices);
    case 's3':
      return oneOf(name, value, s3Choices);
    case 'template':
      return oneOf(name, value, templateChoices);
    case 'daysAhead':
      if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostDays) return value;
      throw new Impossible(`daysAhead is ${JSON.stringify(value)}: expected a whole number up to ${mostDays}`);
    case 'switches':
      return { ...now.switches, ...readSwitches(value) };
    default:
      throw new Impossible(`The setup has no "${name}": expected one of ${Object.keys(now).join(', ')}`);
  }
}

function oneOf<Value extends string>(name: string, value: unknown, choices: Readonly<Record<Value, unknown>>): Value {
  const names = Object.keys(choices) as Value[];
  const found = names.find((one) => one === value);
  if (found === undefined) throw new Impossible(`${name} is ${JSON.stringify(value)}: expected ${names.join(', ')}`);
  return found;
}

function readSwitches(value: unknown): Partial<Setup['switches']> {
  if (typeof value !== 'object' || value === null) {
    throw new Impossible(`switches is ${JSON.stringify(value)}: expected an object`);
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, setting]) => {
      const question = switchQuestions.find((one) => one.name === name);
      if (!question) throw new Impossible(`There is no switch "${name}"`);
      const choices = Object.fromEntries(question.choices.map((choice) => [choice.value, choice]));
      const text = oneOf(name, String(setting), choices);
      return [name, name === 'queryInLocation' ? text === 'true' : text];
    }),
  );
}
