import type { MissingData } from '../alarm.ts';

/** Most metrics are not written while nothing happens. */
export const quietIsGood: MissingData = {
  as: 'notBreaching',
  because: 'without traffic there is no data and nothing is wrong; that traffic stopped is seen by the canary',
};
