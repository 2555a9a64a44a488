/** Everything that must come to nothing, in turn; between them names that no URL likes, which must work. */
import { config } from '../../src/config.ts';
import { expectedViewsOf } from '../lib/expected-views.ts';
import { followRedirects } from '../lib/follow-redirects.ts';
import { hostileRequests } from '../lib/hostile.ts';
import { judgeHostile } from '../lib/judge-hostile.ts';
import { judgeView } from '../lib/judge-view.ts';
import { tortureEvery } from '../scenario-table.ts';
import { askAs } from '../vu/ask.ts';
import { hosts } from '../vu/hosts.ts';
import { iteration } from '../vu/iteration.ts';
import { optionsFor } from '../vu/options.ts';
import { plan } from '../vu/plan.ts';
import { recordView } from '../vu/record.ts';

export { handleSummary } from '../vu/summary.ts';
export const options = optionsFor(plan);

const requests = hostileRequests(plan.prefix, config);
const tortureAt = expectedViewsOf(plan.originals.torture, config, plan.chain.imageUrl);
const askTorture = askAs('torture');

export default iteration(async (number) => {
  const before = Math.floor(number / tortureEvery);
  return number % tortureEvery === tortureEvery - 1 ? torture(before) : attack(number - before);
});

async function attack(number: number): Promise<void> {
  const request = requests[number % requests.length];
  if (!request) throw new Error('The list of hostile requests is empty');
  const { imageUrl, apiUrl } = plan.chain;
  const url = request.entryPoint === 'edge' ? `${imageUrl}/${request.path}` : `${apiUrl}?key=${request.path}`;
  const view = await followRedirects(url, askAs('hostile', request.method), hosts);
  recordView(view, 'hostile', judgeHostile(view, request, plan.chain, config));
}

async function torture(number: number): Promise<void> {
  const expectedView = tortureAt(number);
  const view = await followRedirects(expectedView.url, askTorture, hosts);
  recordView(view, 'torture', judgeView(view, expectedView, 'cold', plan.chain));
}
