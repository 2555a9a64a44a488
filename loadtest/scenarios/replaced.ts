/** Originals are replaced while they are viewed: each view shows one of the two images, complete. */
import { sleep } from 'k6';
import { isRedirect } from '../../src/core/view.ts';
import type { ExpectedView } from '../lib/expected-views.ts';
import type { View } from '../lib/follow-redirects.ts';
import { type Expectation, judgeView } from '../lib/judge-view.ts';
import { iteration, recordView, regenerated } from '../vu/record.ts';
import { originals, plan, viewsOf } from '../vu/scenario.ts';
import { view } from '../vu/view.ts';

export { options } from '../vu/scenario.ts';

/** After each pause it is as likely as not that the other image is stored under the key. */
const attempts = 3;
const pauseSeconds = 0.3;

const { sound, replacements } = originals;
const beforeAt = viewsOf(sound);
const afterAt = viewsOf(sound.map((original, at) => ({ ...original, ...replacements[at] })));

export default iteration(async (number) => {
  const [before, after] = [beforeAt(number), afterAt(number)];
  const first = await view(before.url, { kind: 'replaced' });
  recordView(first, 'replaced', judgeEither(first, before, after, 'cold'));

  // The API either has the derivative of this very original or generates it again. All attempts are within the grace
  // period, after which the service would count them as suspected loops.
  for (let attempt = 0, isNew = false; attempt < attempts && !isNew; attempt += 1) {
    sleep(pauseSeconds);
    const again = await view(`${plan.chain.apiUrl}?key=${before.path}`, { kind: 'direct' });
    recordView(again, 'direct', judgeEither(again, before, after, 'direct'));
    isNew = again.hops.some(({ status }) => isRedirect(status));
    regenerated.add(isNew ? 1 : 0);
  }
});

/** The derivative may be of either original. */
function judgeEither(seen: View, before: ExpectedView, after: ExpectedView, expected: Expectation) {
  const found = judgeView(seen, before, expected, plan.chain);
  return found.length === 0 ? found : judgeView(seen, after, expected, plan.chain);
}
