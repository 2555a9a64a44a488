/** Each derivative is asked for once, so each view must be 307, 301, 200. */
import { judgeView } from '../lib/judge-view.ts';
import { iteration, recordView } from '../vu/record.ts';
import { expectedViewAt, plan } from '../vu/scenario.ts';
import { view } from '../vu/view.ts';

export { options } from '../vu/scenario.ts';

export default iteration(async (number) => {
  const expected = expectedViewAt(number);
  const seen = await view(expected.url, { kind: 'cold' });
  recordView(seen, 'cold', judgeView(seen, expected, 'cold', plan.chain));
});
