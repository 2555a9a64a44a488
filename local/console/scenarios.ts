import type { RecipeCard, Setup, View } from './contract.ts';
import type { Views } from './views.ts';

/** What a recipe may use; the actions leave nothing to undo, since the recipe's own setup is what is undone. */
export interface Kitchen {
  readonly views: Views;
  readonly set: (setup: Partial<Setup>) => Promise<void>;
  readonly switches: Setup['switches'];
  readonly forgetEdge: () => void;
  readonly deleteDerivative: () => Promise<void>;
  /** They are over then: no undo brings minutes back, which graphs and alarms would take badly. */
  readonly letPass: (minutes: number) => void;
  readonly preset: string;
  readonly key: string;
}

interface Recipe extends Omit<RecipeCard, 'name'> {
  readonly cook: (kitchen: Kitchen) => Promise<View>;
}

/** A key that nothing will ever be uploaded under. */
const nobody = 'nobody/was-ever-here.jpg';

/**
 * For a derivative as young as the first viewer's, the Lambda counts a race of first viewers; whoever is sent round after
 * the grace period is a loop suspect.
 */
const minutesUntilSuspect = 2;

/** What everybody after the first viewer sees: that is what on-call hears of. */
async function laterView({ views, letPass, preset, key }: Kitchen): Promise<View> {
  await views.cold(preset, key);
  letPass(minutesUntilSuspect);
  return views.view(preset, key);
}

/** Mistakes by name, each with what it takes to see it. The setup is healthy before. */
export const recipes = {
  'redirect-cached-for-a-day': {
    title: 'The redirect is cached for a day',
    says: 'The classic loop of the article: the edge keeps the first viewer’s 307, and the Lambda sends everybody back to it. This is a viewer two minutes later.',
    mechanism: 'L1',
    async cook(kitchen) {
      await kitchen.set({
        template: 'default-ttl-a-day',
        lambda: 'article',
        switches: { ...kitchen.switches, redirectCaching: 'legacy' },
      });
      return laterView(kitchen);
    },
  },
  'the-same-with-this-lambda': {
    title: 'The same, with this Lambda',
    says: 'The redirect is cached again, but the Lambda sends the image itself in place of sending the viewer round.',
    mechanism: 'L1',
    async cook(kitchen) {
      await kitchen.set({
        template: 'default-ttl-a-day',
        switches: { ...kitchen.switches, redirectCaching: 'legacy' },
      });
      return laterView(kitchen);
    },
  },
  'rules-say-302': {
    title: 'The rules say 302',
    says: 'CloudFront keeps a bare 302 for DefaultTTL, also by today’s documentation.',
    mechanism: 'L1',
    async cook(kitchen) {
      await kitchen.set({ template: 'rule-says-302', lambda: 'article' });
      return laterView(kitchen);
    },
  },
  'minimum-ttl': {
    title: 'A minimum TTL',
    says: 'The edge keeps everything for a minute, so the loop ends by itself, and comes back with every new image.',
    mechanism: 'L2',
    async cook({ views, set, switches, preset, key }) {
      await set({
        template: 'minimum-ttl-a-minute',
        lambda: 'article',
        switches: { ...switches, redirectCaching: 'legacy' },
      });
      return views.cold(preset, key);
    },
  },
  'cache-control-on-all': {
    title: 'Cache-Control on every answer',
    says: 'A well-meant header makes the browser keep the 307. It then goes round without asking anybody.',
    mechanism: 'L3',
    async cook({ views, set, preset, key }) {
      await set({ template: 'cache-control-on-all', lambda: 'article', browser: 'keeps-redirects' });
      return views.cold(preset, key);
    },
  },
  'browser-keeps-the-301': {
    title: 'The browser keeps the 301',
    says: 'All is well until the derivative expires. Then this one browser goes round for ever, and the Lambda never hears of it.',
    mechanism: 'L4',
    async cook({ views, set, forgetEdge, deleteDerivative, preset, key }) {
      await set({ lambda: 'article', browser: 'keeps-redirects' });
      await views.cold(preset, key);
      await deleteDerivative();
      forgetEdge();
      return views.view(preset, key);
    },
  },
  'rule-on-403': {
    title: 'Rules that fire on 403',
    says: 'The secret between edge and bucket is wrong, and the rules turn the refusal into a redirect.',
    mechanism: 'L9',
    async cook(kitchen) {
      await kitchen.set({ template: 'rule-on-403', lambda: 'article' });
      return laterView(kitchen);
    },
  },
  'stored-nothing': {
    title: 'Nothing is stored',
    says: 'PutObject fails and the Lambda passes over it: each round resizes again, and is paid for.',
    mechanism: 'L12',
    async cook({ views, set, preset, key }) {
      await set({ s3: 'no-put', lambda: 'article' });
      return views.cold(preset, key);
    },
  },
  'no-original': {
    title: 'No original',
    says: 'A Lambda that redirects for an original that is not there sends the viewer round for nothing.',
    mechanism: 'L13',
    async cook({ views, set, preset }) {
      await set({ lambda: 'article' });
      return views.cold(preset, nobody);
    },
  },
  'wrong-secret': {
    title: 'The secret has drifted',
    says: 'The same wrong secret with rules on 404 alone: no loop, a plain 403 that an alarm sees.',
    mechanism: 'E1',
    async cook({ views, set, preset, key }) {
      await set({ template: 'wrong-secret' });
      return views.cold(preset, key);
    },
  },
} as const satisfies Record<string, Recipe>;

export type RecipeName = keyof typeof recipes;

export const recipeCards: readonly RecipeCard[] = Object.entries<Recipe>(recipes).map(
  ([name, { title, says, mechanism }]) => ({ name, title, says, mechanism }),
);

export function isRecipe(name: string): name is RecipeName {
  return Object.hasOwn(recipes, name);
}
