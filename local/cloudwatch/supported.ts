import { type SupportTable, without } from '../template/check-support.ts';

const left = (why: string) => ({ properties: { '**': without(why) } });

const noSchedule = 'nothing runs by the clock here: whoever wants a walk asks for one';

/** What watches the chain, and what sends the walker out. */
export const supportedProperties: SupportTable = {
  'AWS::Events::Rule': left(noSchedule),
  'AWS::Lambda::EventInvokeConfig': left(noSchedule),
};
