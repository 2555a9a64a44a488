import type { MissingData } from '../alarm.ts';

/** Most metrics have no data without traffic. */
export const quietIsGood: MissingData = {
  as: 'notBreaching',
  because: 'without traffic there is no data and nothing is wrong; the canary notices when traffic stops',
};
