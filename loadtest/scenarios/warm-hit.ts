/** Images that were shown to the edge beforehand, the popular ones more often: one hop, a hit. */
import { isHit } from '../../src/core/view.ts';
import { drawEvenly, zipf } from '../lib/draw.ts';
import { followRedirects } from '../lib/follow-redirects.ts';
import { judgeView } from '../lib/judge-view.ts';
import { askAs } from '../vu/ask.ts';
import { hosts } from '../vu/hosts.ts';
import { iteration } from '../vu/iteration.ts';
import { metrics } from '../vu/metrics.ts';
import { optionsFor } from '../vu/options.ts';
import { expectedViewAt, plan } from '../vu/plan.ts';
import { prewarm } from '../vu/prewarm.ts';
import { recordView } from '../vu/record.ts';

export { handleSummary } from '../vu/summary.ts';
export const options = optionsFor(plan);

const ask = askAs('warm');
const rank = zipf(plan.catalogue);

export const setup = prewarm;

export default iteration(async (number) => {
  const expectedView = expectedViewAt(rank(drawEvenly(plan.seed, number)));
  const view = await followRedirects(expectedView.url, ask, hosts);
  const [first] = view.hops;
  metrics.edge_hit.add(first !== undefined && first.status === 200 && isHit(first));
  recordView(view, 'warm', judgeView(view, expectedView, 'warm', plan.chain));
});
