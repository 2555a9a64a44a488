import { config } from '../../src/config.ts';
import { isHit } from '../../src/core/view.ts';
import { followRedirects } from '../lib/follow-redirects.ts';
import { hostileRequests } from '../lib/hostile.ts';
import { judgeHostile } from '../lib/judge-hostile.ts';
import { judgeView } from '../lib/judge-view.ts';
import { mixedDraws } from '../lib/mixed-draw.ts';
import { askAs } from './ask.ts';
import { hosts } from './hosts.ts';
import { metrics } from './metrics.ts';
import { expectedViewAt, plan } from './plan.ts';
import { recordView } from './record.ts';

const draw = mixedDraws(plan.seed, plan.catalogue);
const ask = askAs('mixed');
const askHostile = askAs('hostile');
/** What any site is asked for by accident: sizes that are not listed, and images that are gone. */
const accidents = hostileRequests(plan.prefix, config).filter(
  ({ entryPoint, method, expects }) =>
    entryPoint === 'edge' && method === 'GET' && (expects.code === undefined || expects.code === 'original-missing'),
);

/** One viewer of a catalogue that was cold at the beginning. */
export async function mixedView(number: number): Promise<void> {
  const drawn = draw(number);
  if ('hostile' in drawn) return accident(drawn.hostile);
  const expectedView = expectedViewAt(drawn.image);
  const view = await followRedirects(expectedView.url, ask, hosts);
  const [first] = view.hops;
  metrics.edge_hit.add(first !== undefined && first.status === 200 && isHit(first));
  recordView(view, view.hops.length > 1 ? 'cold' : 'warm', judgeView(view, expectedView, 'either', plan.chain));
}

async function accident(number: number): Promise<void> {
  const request = accidents[number % accidents.length];
  if (!request) throw new Error('No hostile request at the edge is on the list');
  const view = await followRedirects(`${plan.chain.imageUrl}/${request.path}`, askHostile, hosts);
  recordView(view, 'hostile', judgeHostile(view, request, plan.chain, config));
}
