import { likelySwitches, type Switches } from '../chain/context.ts';
import { browserFaults, lambdaFaults, s3Faults, templateFaults } from './catalogue.ts';

const faultsByPart = { browser: browserFaults, lambda: lambdaFaults, s3: s3Faults, template: templateFaults } as const;

export type Part = keyof typeof faultsByPart;
export const parts: readonly Part[] = ['template', 'lambda', 's3', 'browser'];

/** What is broken in a chain, and what is assumed of AWS: a value that can be set, compared, and sent to a colleague. */
export interface Setup extends Readonly<{ [P in Part]: 'none' | keyof (typeof faultsByPart)[P] }> {
  readonly switches: Switches;
  /** Days by which the clock of the chain is ahead. */
  readonly daysAhead: number;
}

export type SetupChange = Partial<Omit<Setup, 'switches'>> & { readonly switches?: Partial<Switches> };

export interface Choice {
  readonly value: string;
  readonly title: string;
  readonly description?: string;
}

/** What is chosen while a part has no fault. */
const sound: Readonly<Record<Part, string>> = {
  browser: 'caches nothing',
  lambda: 'as built',
  s3: 'as usual',
  template: 'as synthesized',
};

export function choicesOf(part: Part): readonly Choice[] {
  const faults = Object.entries<{ title: string; description: string }>(faultsByPart[part]);
  return [
    { value: 'none', title: sound[part] },
    ...faults.map(([value, { title, description }]) => ({ value, title, description })),
  ];
}

export interface SwitchCard {
  readonly name: keyof Switches;
  readonly title: string;
  readonly choices: readonly Choice[];
}

const switchChoices: Readonly<
  Record<keyof Switches, readonly [title: string, choices: Readonly<Record<string, string>>]>
> = {
  locationEncoding: [
    'Key in the Location of a routing rule',
    {
      once: 'encoded once (a%20b)',
      none: 'not encoded (a b)',
      form: 'form-encoded (a+b)',
      twice: 'encoded twice (a%2520b)',
    },
  ],
  missingKey: ['Website’s status for a missing key', { 404: '404', 403: '403' }],
  queryInLocation: ['Query in the Location of a routing rule', { false: 'dropped', true: 'kept' }],
  redirectCaching: [
    'A 307 without Cache-Control at the edge',
    { documented: 'not cached, as documented', legacy: 'cached, as users reported' },
  ],
  responseUri: [
    'URI in a viewer-response function',
    { rewritten: 'what the viewer-request function made of it', asked: 'what the viewer asked for' },
  ],
  lambdaThrottled: ['API’s status when the Lambda is throttled', { 503: '503', 500: '500' }],
};

/** What AWS does not document, as questions with the possible answers. */
export const switchCards: readonly SwitchCard[] = (Object.keys(likelySwitches) as (keyof Switches)[]).map((name) => {
  const [title, choices] = switchChoices[name];
  return { name, title, choices: Object.entries(choices).map(([value, title]) => ({ value, title })) };
});

const maxDaysAhead = 3650;

/** Reads a setup, or a part of one, from a page or a link. Throws a UserError that names what is unknown. */
export function readSetup(fields: Readonly<Record<string, unknown>>): SetupChange {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, readField(name, value)]));
}

function readField(name: string, value: unknown): unknown {
  if (Object.hasOwn(faultsByPart, name)) return oneOf(name, value, choicesOf(name as Part));
  if (name === 'daysAhead') {
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maxDaysAhead) return value;
    throw new UserError(`daysAhead is ${JSON.stringify(value)}: expected an integer from 0 to ${maxDaysAhead}`);
  }
  if (name === 'switches' && typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([one, setting]) => [one, readSwitch(one, setting)]));
  }
  throw new UserError(`Unknown setting ${name}: expected ${[...parts, 'daysAhead', 'switches'].join(', ')}`);
}

function readSwitch(name: string, value: unknown): Switches[keyof Switches] {
  const card = switchCards.find((one) => one.name === name);
  if (!card) throw new UserError(`Unknown switch ${name}: expected ${switchCards.map((one) => one.name).join(', ')}`);
  const text = oneOf(name, String(value), card.choices);
  return (name === 'queryInLocation' ? text === 'true' : text) as Switches[keyof Switches];
}

function oneOf(name: string, value: unknown, choices: readonly Choice[]): string {
  const names = choices.map((choice) => choice.value);
  const found = names.find((one) => one === value);
  if (found === undefined) throw new UserError(`${name} is ${JSON.stringify(value)}: expected ${names.join(', ')}`);
  return found;
}

/** A request that cannot be done as it stands. The message is for the person who made it; the console answers 409. */
export class UserError extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
