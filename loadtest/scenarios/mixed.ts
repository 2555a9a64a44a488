/** A catalogue that nobody has looked at yet: how many hits it gives is known beforehand. */
import { iteration } from '../vu/iteration.ts';
import { mixedView } from '../vu/mixed-view.ts';
import { optionsFor } from '../vu/options.ts';
import { plan } from '../vu/plan.ts';

export { handleSummary } from '../vu/summary.ts';
export const options = optionsFor(plan);

export default iteration(mixedView);
