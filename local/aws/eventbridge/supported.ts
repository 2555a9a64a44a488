import { emulated, type SupportTable, without } from '../template/check-support.ts';

const soon = without('an event reaches its function at once or never');

/** Rules that wait for events rather than for the clock are refused by name, and so is all that is not here. */
export const supportedProperties: SupportTable = {
  'AWS::Events::Rule': {
    properties: {
      Name: emulated,
      Description: without('a remark'),
      ScheduleExpression: emulated,
      State: emulated,
      'Targets.*.Arn': emulated,
      'Targets.*.Id': emulated,
      'Targets.*.Input': emulated,
      'Targets.*.RetryPolicy.MaximumRetryAttempts': soon,
      'Targets.*.RetryPolicy.MaximumEventAgeInSeconds': soon,
      'Tags.**': without('names for the bill'),
    },
  },
  'AWS::Lambda::EventInvokeConfig': {
    properties: {
      FunctionName: emulated,
      Qualifier: emulated,
      MaximumRetryAttempts: emulated,
      MaximumEventAgeInSeconds: soon,
    },
  },
};
