/** Many viewers ask for one new image at the same moment: all must get the same bytes. */
import { sleep } from 'k6';
import crypto from 'k6/crypto';
import exec from 'k6/execution';
import { judgeView } from '../lib/judge-view.ts';
import { imageHash, iteration, recordView } from '../vu/record.ts';
import { expectedViewAt, plan } from '../vu/scenario.ts';
import { view } from '../vu/view.ts';

export { options } from '../vu/scenario.ts';

/** Time for all virtual users to start. */
const gatherSeconds = 1;

export default iteration(async () => {
  if (plan.load.kind !== 'herd') throw new Error(`The plan of a herd has a load of ${plan.load.kind}`);
  const round = exec.vu.iterationInScenario;
  const due = exec.scenario.startTime + (gatherSeconds + round * plan.load.secondsApart) * 1000;
  sleep(Math.max(0, due - Date.now()) / 1000);

  const expected = expectedViewAt(round);
  const seen = await view(expected.url, { kind: 'herd' });
  if (seen.answer.status === 200) imageHash.add(hashOf(seen.answer.body), { round: String(round) });
  recordView(seen, 'herd', judgeView(seen, expected, 'either', plan.chain));
});

function hashOf(body: Uint8Array): number {
  return Number.parseInt(crypto.sha256(body.slice().buffer, 'hex').slice(0, 8), 16);
}
