/** Each image is asked for once in its life, so each view must be 307, 301, 200. */

import { followRedirects } from '../lib/follow-redirects.ts';
import { judgeView } from '../lib/judge-view.ts';
import { askAs } from '../vu/ask.ts';
import { hosts } from '../vu/hosts.ts';
import { iteration } from '../vu/iteration.ts';
import { optionsFor } from '../vu/options.ts';
import { expectedViewAt, plan } from '../vu/plan.ts';
import { recordView } from '../vu/record.ts';

export { handleSummary } from '../vu/summary.ts';
export const options = optionsFor(plan);

const ask = askAs('cold');

export default iteration(async (number) => {
  const expectedView = expectedViewAt(number);
  const view = await followRedirects(expectedView.url, ask, hosts);
  recordView(view, 'cold', judgeView(view, expectedView, 'cold', plan.chain));
});
