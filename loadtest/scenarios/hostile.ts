/** Everything that must come to nothing, in turn; between them names that no URL likes, which must work. */
import { config } from '../../src/config.ts';
import { hostileRequests } from '../lib/hostile.ts';
import { judgeHostile } from '../lib/judge-hostile.ts';
import { judgeView } from '../lib/judge-view.ts';
import { sightsOf } from '../lib/sights.ts';
import { walk } from '../lib/walk.ts';
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
const tortureAt = sightsOf(plan.originals.torture, config, plan.chain.imageUrl);
const askTorture = askAs('torture');

export default iteration(async (number) => {
  const before = Math.floor(number / tortureEvery);
  return number % tortureEvery === tortureEvery - 1 ? torture(before) : attack(number - before);
});

async function attack(number: number): Promise<void> {
  const request = requests[number % requests.length];
  if (!request) throw new Error('The list of hostile requests is empty');
  const { imageUrl, apiUrl } = plan.chain;
  const url = request.door === 'edge' ? `${imageUrl}/${request.path}` : `${apiUrl}?key=${request.path}`;
  const view = await walk(url, askAs('hostile', request.method), hosts);
  recordView(view, 'hostile', judgeHostile(view, request, plan.chain, config));
}

async function torture(number: number): Promise<void> {
  const sight = tortureAt(number);
  const view = await walk(sight.url, askTorture, hosts);
  recordView(view, 'torture', judgeView(view, sight, 'cold', plan.chain));
}
