import { emulated, label, type SupportTable, without } from '../template/check-support.ts';

const soon = without('an event reaches its function at once or never');

/** Everything that is not listed is refused by name, such as rules with an event pattern. */
export const supportedProperties: SupportTable = {
  'AWS::Events::Rule': {
    properties: {
      Name: emulated,
      Description: label,
      ScheduleExpression: emulated,
      State: emulated,
      'Targets.*.Arn': emulated,
      'Targets.*.Id': emulated,
      'Targets.*.Input': emulated,
      'Targets.*.RetryPolicy.MaximumRetryAttempts': soon,
      'Targets.*.RetryPolicy.MaximumEventAgeInSeconds': soon,
      'Tags.**': label,
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
