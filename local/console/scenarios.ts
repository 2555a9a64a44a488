import { type SetupChange, UserError } from '../faults/setup.ts';
import type { ScenarioCard, View } from './contract.ts';
import { servedPreset, type Views } from './views.ts';

/** What a scenario acts on. The setup is that of the start before. */
export interface ScenarioContext {
  readonly views: Views;
  readonly preset: string;
  readonly key: string;
  set(change: SetupChange): Promise<void>;
  /** Deletes the derivative in S3 and at the edge, as its lifecycle rule would. */
  expireDerivative(): Promise<void>;
  /** Moves the clock for good: graphs and alarms cannot go back. */
  advance(minutes: number): void;
}

interface Scenario extends Omit<ScenarioCard, 'name'> {
  readonly setup: SetupChange;
  /** Shows the first view, one two minutes after it, or one after the derivative has expired. */
  readonly shows: 'first view' | 'later view' | 'view after expiry';
  /** In place of the chosen image. */
  readonly key?: string;
  /**
   * Views the name that the edge asks for. A browser that has cached the redirect of a name without a format is led back
   * to the name with one, and does not loop.
   */
  readonly withFormat?: true;
}

const legacy = { redirectCaching: 'legacy' } as const;

const scenarios: Readonly<Record<string, Scenario>> = {
  'cached-redirect': {
    title: 'The edge caches the redirect',
    description:
      'The loop that this design is known for: the edge caches the first 307, and the Lambda redirects back to it.',
    code: 'L1',
    setup: { template: 'default-ttl-day', lambda: 'always-redirects', switches: legacy },
    shows: 'later view',
  },
  'cached-redirect-with-this-lambda': {
    title: 'The same, with this Lambda',
    description: 'The edge caches the redirect, but the Lambda returns the image instead of redirecting again.',
    code: 'L1',
    setup: { template: 'default-ttl-day', switches: legacy },
    shows: 'later view',
  },
  'redirect-302': {
    title: 'The rules redirect with 302',
    description: 'CloudFront caches a 302 without Cache-Control for DefaultTTL, as documented.',
    code: 'L1',
    setup: { template: 'redirect-302', lambda: 'always-redirects' },
    shows: 'later view',
  },
  'min-ttl': {
    title: 'A minimum TTL',
    description:
      'The edge caches everything for a minute: the loop ends by itself, and starts again with every new image.',
    code: 'L2',
    setup: { template: 'min-ttl-minute', lambda: 'always-redirects', switches: legacy },
    shows: 'first view',
  },
  'cache-control-everywhere': {
    title: 'Cache-Control on every response',
    description: 'The browser caches the 307 and loops without asking the edge.',
    code: 'L3',
    setup: { template: 'cache-control-everywhere', lambda: 'always-redirects', browser: 'caches-redirects' },
    shows: 'first view',
    withFormat: true,
  },
  'cached-301': {
    title: 'The browser caches the 301',
    description: 'Nothing is wrong until the derivative expires. Then this browser loops for ever, and no Lambda runs.',
    code: 'L4',
    setup: { lambda: 'always-redirects', browser: 'caches-redirects' },
    shows: 'view after expiry',
  },
  'rules-on-403': {
    title: 'The rules match 403',
    description: 'The secret of CloudFront and the bucket differ, and the rules turn the refusal into a redirect.',
    code: 'L9',
    setup: { template: 'rules-on-403', lambda: 'always-redirects' },
    shows: 'later view',
  },
  'not-stored': {
    title: 'The derivative is not stored',
    description: 'PutObject fails and the Lambda ignores it: every round resizes again.',
    code: 'L12',
    setup: { s3: 'put-denied', lambda: 'always-redirects' },
    shows: 'first view',
  },
  'no-original': {
    title: 'No original',
    description: 'The Lambda redirects for an original that does not exist.',
    code: 'L13',
    setup: { lambda: 'always-redirects' },
    shows: 'first view',
    key: 'no-such/original.jpg',
  },
  'wrong-secret': {
    title: 'The secret has changed',
    description: 'The rules match 404 only: no loop, but a plain 403, which has an alarm.',
    code: 'E1',
    setup: { template: 'wrong-secret' },
    shows: 'first view',
  },
};

export const scenarioCards: readonly ScenarioCard[] = Object.entries(scenarios).map(
  ([name, { title, description, code }]) => ({ name, title, description, code }),
);

/**
 * Before that, the Lambda counts a second request for a derivative as a race of two first viewers; after, as a loop
 * suspect (`cache.raceGraceSeconds`).
 */
const laterMinutes = 2;

/** Sets the scenario up and returns the view that shows it. Leaves the setup, to be looked at. */
export async function runScenario(name: string, context: ScenarioContext): Promise<View> {
  const scenario = Object.hasOwn(scenarios, name) ? scenarios[name] : undefined;
  if (!scenario) throw new UserError(`Unknown scenario ${name}: expected ${Object.keys(scenarios).join(', ')}`);
  const { views, set, expireDerivative, advance } = context;
  const { setup, shows, key = context.key, withFormat } = scenario;
  const preset = withFormat ? servedPreset(context.preset) : context.preset;
  await set(setup);
  const first = await views.cold(preset, key);
  if (shows === 'first view') return { ...first, scenario: name };
  if (shows === 'later view') advance(laterMinutes);
  else await expireDerivative();
  return { ...(await views.view(preset, key)), scenario: name };
}
