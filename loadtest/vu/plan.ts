import { config } from '../../src/config.ts';
import { expectedViewsOf } from '../lib/expected-views.ts';
import type { ScenarioPlan } from '../lib/plan.ts';

/** Where the run has written it. A JSON import would give an empty object in k6. */
const file = __ENV.PLAN;
if (!file) throw new Error('PLAN is not set: expected the plan of a run; start k6 by make load');

export const plan: ScenarioPlan = JSON.parse(open(file));

/** The images of this scenario; each number is another one. */
export const expectedViewAt = expectedViewsOf(plan.originals.sound, config, plan.chain.imageUrl);
