/** Each picture is asked for once in its life, so each view must be 307, 301, 200. */
import { judgeView } from '../lib/judge-view.ts';
import { walk } from '../lib/walk.ts';
import { askAs } from '../vu/ask.ts';
import { hosts } from '../vu/hosts.ts';
import { iteration } from '../vu/iteration.ts';
import { optionsFor } from '../vu/options.ts';
import { plan, sightAt } from '../vu/plan.ts';
import { recordView } from '../vu/record.ts';

export { handleSummary } from '../vu/summary.ts';
export const options = optionsFor(plan);

const ask = askAs('cold');

export default iteration(async (number) => {
  const sight = sightAt(number);
  const view = await walk(sight.url, ask, hosts);
  recordView(view, 'cold', judgeView(view, sight, 'cold', plan.chain));
});
