/** Facts whose test has a name that says more about the emulator than about AWS. */
export const otherNames: readonly {
  readonly id: string;
  readonly sentence: string;
  readonly here: string;
  /** The test must be there by this name. */
  readonly test: string;
  readonly file: string;
}[] = [
  {
    id: '§2.5',
    sentence: 'a function has 10 KB at most',
    here: 'refused by name',
    test: 'code over 10 KB',
    file: 'local/cloudfront/edge-functions.test.ts',
  },
  {
    id: '§4.2',
    sentence: 'a reader has the newest object, whole, and never two of them mixed',
    here: 'emulated',
    test: 'readers and copies beside writers never see two objects mixed',
    file: 'local/s3/server.test.ts',
  },
  {
    id: '§4.2',
    sentence: 'an object keeps the headers and the metadata that it was put with',
    here: 'emulated',
    test: 'keeps the headers and metadata of an object',
    file: 'local/s3/objects.test.ts',
  },
  {
    id: '§4.2',
    sentence: 'of many writers with If-None-Match: * one wins, the others get 412',
    here: 'emulated',
    test: 'two processes on one folder keep every object, and one of many racing writers wins',
    file: 'local/s3/main.test.ts',
  },
  {
    id: '§4.2',
    sentence: 'a role does what its policies and those of the bucket say, and nothing else',
    here: 'emulated',
    test: 'may not write outside its prefixes without a policy that allows it',
    file: 'local/s3/roles.test.ts',
  },
  {
    id: '§7',
    sentence: 'a type, a property or an intrinsic that the chain does not know is named, and nothing starts',
    here: 'emulated',
    test: 'refuses a property that it does not know, by name',
    file: 'local/chain/start-chain.test.ts',
  },
  {
    id: '§7',
    sentence: 'the names of AWS lead to the endpoints of this machine; within the chain they stay as they are',
    here: 'emulated',
    test: 'reports every hop, S3 call and log line as an event',
    file: 'local/chain/start-chain.test.ts',
  },
  {
    id: '§8-6',
    sentence: 'whether a rule without a condition fires for objects that exist',
    here: 'refused: such a rule does not start',
    test: 'no condition at all',
    file: 'local/website/website-configuration.test.ts',
  },
  {
    id: '§6.3',
    sentence: 'metric math has the results of the tables of the documentation; a division by zero gives no point',
    here: 'emulated',
    test: 'drops a point that would be divided by zero',
    file: 'local/cloudwatch/metric-math.test.ts',
  },
  {
    id: '§6.3',
    sentence: 'a composite alarm is made of the states of others by AND, OR and NOT',
    here: 'emulated',
    test: 'names the alarms that it asks for',
    file: 'local/cloudwatch/alarm-rule.test.ts',
  },
  {
    id: '§6.3',
    sentence: 'Logs Insights knows source, filter, fields, parse, stats, sort and limit, and refuses other commands',
    here: 'emulated',
    test: 'counts by key, most first, and knows fields by themselves',
    file: 'local/cloudwatch/insights.test.ts',
  },
];
