import { emulated, label, type SupportTable, without } from '../template/check-support.ts';

export const supportedProperties: SupportTable = {
  'AWS::Lambda::Function': {
    properties: {
      FunctionName: emulated,
      Architectures: emulated,
      'Architectures.*': emulated,
      'Code.S3Key': emulated,
      'Code.ZipFile': emulated,
      'Code.S3Bucket': without('the asset is read from its folder in cdk.out'),
      Description: label,
      'Environment.Variables.*': emulated,
      Handler: emulated,
      'LoggingConfig.ApplicationLogLevel': emulated,
      'LoggingConfig.LogFormat': emulated,
      'LoggingConfig.LogGroup': emulated,
      'LoggingConfig.SystemLogLevel': emulated,
      MemorySize: emulated,
      ReservedConcurrentExecutions: emulated,
      Role: emulated,
      Runtime: emulated,
      'Tags.**': label,
      Timeout: emulated,
    },
  },
  'AWS::Lambda::Version': {
    properties: {
      FunctionName: emulated,
      Description: label,
      CodeSha256: without('a check at publication'),
    },
  },
  'AWS::Lambda::Alias': {
    properties: { FunctionName: emulated, FunctionVersion: emulated, Name: emulated, Description: label },
  },
  'AWS::Lambda::Permission': {
    properties: { Action: emulated, FunctionName: emulated, Principal: emulated, SourceArn: emulated },
  },
  'AWS::Logs::LogGroup': {
    properties: {
      LogGroupName: emulated,
      RetentionInDays: without('logs are kept while the chain runs'),
      'Tags.**': label,
    },
  },
};
