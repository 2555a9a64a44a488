/**
 * A catalogue that is cold at first: its hit rate is known beforehand, for each format that a client asks for by `Accept`.
 * Each view has a version of its own in its URL, which must not change the hit rate. One view in twenty is an invalid
 * request.
 */
import { config } from '../../src/config.ts';
import { mixedDraws } from '../lib/draw.ts';
import { invalidRequests, judgeInvalid } from '../lib/invalid-requests.ts';
import { judgeView } from '../lib/judge-view.ts';
import { iteration, recordHit, recordView } from '../vu/record.ts';
import { expectedViewAt, plan } from '../vu/scenario.ts';
import { view } from '../vu/view.ts';

export { options } from '../vu/scenario.ts';

const draw = mixedDraws(plan.seed, plan.catalogue);
/** What every site is asked for: sizes that are not on the list, and originals that are gone. */
const requests = invalidRequests(plan.prefix, config, plan.chain).filter(
  ({ entryPoint, method, expects }) =>
    entryPoint === 'edge' && method === 'GET' && (expects.code === undefined || expects.code === 'original-missing'),
);

export default iteration(async (number) => {
  const drawn = draw(number);
  if ('invalid' in drawn) return invalid(drawn.invalid);
  const { accept, takes } = drawn.client;
  const expected = expectedViewAt(drawn.image, takes);
  const seen = await view(`${expected.url}?v=${number}`, { kind: 'mixed', accept });
  recordHit(seen, takes);
  recordView(seen, seen.hops.length > 1 ? 'cold' : 'warm', judgeView(seen, expected, 'either', plan.chain));
});

async function invalid(number: number): Promise<void> {
  const request = requests[number % requests.length];
  if (!request) throw new Error('There is no invalid request for the edge');
  const url = `${plan.chain.imageUrl}/${request.path}`;
  const seen = await view(url, { kind: 'invalid', status: request.expects.status });
  recordView(seen, 'invalid', judgeInvalid(seen, request, plan.chain, config));
}
