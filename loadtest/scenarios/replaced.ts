/** Originals are replaced by the run while they are looked at: every view is one of the two images, and whole. */
import { sleep } from 'k6';
import { config } from '../../src/config.ts';
import { isRedirect } from '../../src/core/view.ts';
import { type ExpectedView, expectedViewsOf } from '../lib/expected-views.ts';
import { followRedirects, type View } from '../lib/follow-redirects.ts';
import { type Expectation, judgeView } from '../lib/judge-view.ts';
import { askAs } from '../vu/ask.ts';
import { hosts } from '../vu/hosts.ts';
import { iteration } from '../vu/iteration.ts';
import { metrics } from '../vu/metrics.ts';
import { optionsFor } from '../vu/options.ts';
import { expectedViewAt, plan } from '../vu/plan.ts';
import { recordView } from '../vu/record.ts';

export { handleSummary } from '../vu/summary.ts';
export const options = optionsFor(plan);

/** Originals take turns meanwhile: after each pause it is as likely as not that another one is there. */
const attempts = 3;
const pauseSeconds = 0.3;

const ask = askAs('replaced');
const { sound, replacements } = plan.originals;
const replacedAt = expectedViewsOf(
  sound.map((original, at) => ({ ...original, ...replacements[at] })),
  config,
  plan.chain.imageUrl,
);

export default iteration(async (number) => {
  const before = expectedViewAt(number);
  const after = replacedAt(number);
  const view = await followRedirects(before.url, ask, hosts);
  recordView(view, 'replaced', judgeBoth(view, before, after, 'cold'));

  // Asked again soon, the API has either the derivative of this very original, or makes it anew. Much later the
  // service would take this for a loop, and count it.
  for (let attempt = 0, remade = false; attempt < attempts && !remade; attempt += 1) {
    sleep(pauseSeconds);
    const again = await followRedirects(`${plan.chain.apiUrl}?key=${before.path}`, ask, hosts);
    recordView(again, 'direct', judgeBoth(again, before, after, 'direct'));
    remade = again.hops.some(({ status }) => isRedirect(status));
    metrics.remade.add(remade ? 1 : 0);
  }
});

/** Whichever original it was made of; what is wrong with both is wrong. */
function judgeBoth(view: View, before: ExpectedView, after: ExpectedView, expected: Expectation) {
  const found = judgeView(view, before, expected, plan.chain);
  return found.length === 0 ? found : judgeView(view, after, expected, plan.chain);
}
