/** Requests that must fail, in turn; one view in three is for a valid image with an odd name, which must succeed. */
import { config } from '../../src/config.ts';
import { invalidRequests, judgeInvalid } from '../lib/invalid-requests.ts';
import { judgeView } from '../lib/judge-view.ts';
import { oddKeyEvery } from '../scenario-table.ts';
import { iteration, recordView } from '../vu/record.ts';
import { originals, plan, viewsOf } from '../vu/scenario.ts';
import { view } from '../vu/view.ts';

export { options } from '../vu/scenario.ts';

const requests = invalidRequests(plan.prefix, config, plan.chain);
const oddViewAt = viewsOf(originals.oddKeys);

export default iteration(async (number) => {
  const before = Math.floor(number / oddKeyEvery);
  return number % oddKeyEvery === oddKeyEvery - 1 ? oddKey(before) : invalid(number - before);
});

async function invalid(number: number): Promise<void> {
  const request = requests[number % requests.length];
  if (!request) throw new Error('There is no invalid request');
  const { entryPoint, path, method, expects } = request;
  const { imageUrl, apiUrl } = plan.chain;
  const url = entryPoint === 'edge' ? `${imageUrl}/${path}` : `${apiUrl}?key=${path}`;
  const seen = await view(url, { kind: 'invalid', method, status: expects.status });
  recordView(seen, 'invalid', judgeInvalid(seen, request, plan.chain, config));
}

async function oddKey(number: number): Promise<void> {
  const expected = oddViewAt(number);
  const seen = await view(expected.url, { kind: 'odd-key' });
  recordView(seen, 'odd-key', judgeView(seen, expected, 'cold', plan.chain));
}
