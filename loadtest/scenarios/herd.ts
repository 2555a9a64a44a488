/** Many viewers ask for one new picture at the same moment: all get the same picture, whoever made it. */
import { sleep } from 'k6';
import crypto from 'k6/crypto';
import exec from 'k6/execution';
import { judgeView } from '../lib/judge-view.ts';
import { walk } from '../lib/walk.ts';
import { askAs } from '../vu/ask.ts';
import { hosts } from '../vu/hosts.ts';
import { iteration } from '../vu/iteration.ts';
import { metrics } from '../vu/metrics.ts';
import { optionsFor } from '../vu/options.ts';
import { plan, sightAt } from '../vu/plan.ts';
import { recordView } from '../vu/record.ts';

export { handleSummary } from '../vu/summary.ts';
export const options = optionsFor(plan);

const ask = askAs('herd');
/** Every viewer is there before the first picture is asked for. */
const gatherSeconds = 1;

export default iteration(async () => {
  if (plan.load.kind !== 'herd') throw new Error(`The plan of a herd has a load of ${plan.load.kind}`);
  const round = exec.vu.iterationInScenario;
  const due = exec.scenario.startTime + (gatherSeconds + round * plan.load.secondsApart) * 1000;
  sleep(Math.max(0, due - Date.now()) / 1000);

  const sight = sightAt(round);
  const view = await walk(sight.url, ask, hosts);
  if (view.answer.status === 200) metrics.picture_hash.add(hashOf(view.answer.body), { round: String(round) });
  recordView(view, 'herd', judgeView(view, sight, 'either', plan.chain));
});

/** Bytes that differ give another number, so that the least and the greatest of a round tell whether all are alike. */
function hashOf(body: Uint8Array): number {
  return Number.parseInt(crypto.sha256(body.slice().buffer, 'hex').slice(0, 8), 16);
}
