/** The mixed load for long: what leaks or fills up shows at the end. */
import { iteration } from '../vu/iteration.ts';
import { mixedView } from '../vu/mixed-view.ts';
import { optionsFor } from '../vu/options.ts';
import { plan } from '../vu/plan.ts';

export { handleSummary } from '../vu/summary.ts';
export const options = optionsFor(plan);

export default iteration(mixedView);
