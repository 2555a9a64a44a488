/** Many viewers ask for one new image at the same moment: all get the same image, whoever made it. */
import { sleep } from 'k6';
import crypto from 'k6/crypto';
import exec from 'k6/execution';
import { followRedirects } from '../lib/follow-redirects.ts';
import { judgeView } from '../lib/judge-view.ts';
import { askAs } from '../vu/ask.ts';
import { hosts } from '../vu/hosts.ts';
import { iteration } from '../vu/iteration.ts';
import { metrics } from '../vu/metrics.ts';
import { optionsFor } from '../vu/options.ts';
import { expectedViewAt, plan } from '../vu/plan.ts';
import { recordView } from '../vu/record.ts';

export { handleSummary } from '../vu/summary.ts';
export const options = optionsFor(plan);

const ask = askAs('herd');
/** Every viewer is there before the first image is asked for. */
const gatherSeconds = 1;

export default iteration(async () => {
  if (plan.load.kind !== 'herd') throw new Error(`The plan of a herd has a load of ${plan.load.kind}`);
  const round = exec.vu.iterationInScenario;
  const due = exec.scenario.startTime + (gatherSeconds + round * plan.load.secondsApart) * 1000;
  sleep(Math.max(0, due - Date.now()) / 1000);

  const expectedView = expectedViewAt(round);
  const view = await followRedirects(expectedView.url, ask, hosts);
  if (view.answer.status === 200) metrics.image_hash.add(hashOf(view.answer.body), { round: String(round) });
  recordView(view, 'herd', judgeView(view, expectedView, 'either', plan.chain));
});

/** Bytes that differ give another number, so that the least and the greatest of a round tell whether all are alike. */
function hashOf(body: Uint8Array): number {
  return Number.parseInt(crypto.sha256(body.slice().buffer, 'hex').slice(0, 8), 16);
}
