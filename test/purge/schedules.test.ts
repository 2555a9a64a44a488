import { testSchedules } from './schedules.ts';

/** As many as take some seconds. */
testSchedules(8);
