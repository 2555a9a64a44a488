import type { Page } from './page.ts';
import { capacityAndCostPage } from './pages/capacity-and-cost-page.ts';
import { healthPage } from './pages/health-page.ts';
import { whoAndWherePage } from './pages/who-and-where-page.ts';
import type { Settings } from './settings.ts';

export function pagesFor(settings: Settings): readonly Page[] {
  return [healthPage(settings), whoAndWherePage(settings), capacityAndCostPage(settings)];
}
