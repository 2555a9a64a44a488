import type { ScenarioName } from '../../loadtest/scenario-table.ts';
import type { ChainOptions } from '../../local/chain/start-chain.ts';
import { editResources, merge } from '../../local/faults/edit-template.ts';
import type { SetupChange } from '../../local/faults/setup.ts';
import type { Mutation } from './mutant.ts';

/** A chain with one fault, and the verdict that the load test must give. */
export interface FaultRow {
  readonly name: string;
  readonly scenario: ScenarioName;
  readonly expects: { readonly word: 'FAIL' | 'WARN'; readonly code: string };
  /** The Lambda's sources, changed. */
  readonly mutations?: readonly Mutation[];
  /** Faults of the catalogue. */
  readonly setup?: SetupChange;
  /** Another template. */
  readonly change?: ChainOptions['change'];
}

/** Stores other bytes, or another type, than the ones of the derivative. */
const stored = (changes: string): Mutation => ({
  file: 'src/resize-image.ts',
  from: 'return { ...derivative, contentType: contentTypes[derivative.format] };',
  to: `return { ...derivative, contentType: contentTypes[derivative.format], ${changes} };`,
});

export const faultTable: readonly FaultRow[] = [
  {
    name: 'the edge caches redirects',
    scenario: 'cold-miss',
    setup: { template: 'default-ttl-day', switches: { redirectCaching: 'legacy' } },
    expects: { word: 'FAIL', code: 'redirect-cached' },
  },
  {
    name: 'the 301 comes without no-store',
    scenario: 'cold-miss',
    mutations: [
      { file: 'src/core/reply.ts', from: "Location: location, 'Cache-Control': 'no-store'", to: 'Location: location' },
    ],
    expects: { word: 'FAIL', code: 'return-cacheable' },
  },
  {
    name: 'the 301 leads to another key',
    scenario: 'cold-miss',
    mutations: [
      {
        file: 'src/core/resize-plan.ts',
        from: 'location: urlOf(imageBaseUrl, name, path.key),',
        to: "location: urlOf(imageBaseUrl, name, path.key + '.jpg'),",
      },
    ],
    expects: { word: 'FAIL', code: 'return-target' },
  },
  {
    name: 'images have the wrong size',
    scenario: 'cold-miss',
    mutations: [
      {
        file: 'src/adapters/sharp-transformer.ts',
        from: 'return image.resize({ width, height, fit,',
        to: 'return image.resize({ width: Math.ceil(width / 2), height: Math.ceil(height / 2), fit,',
      },
    ],
    expects: { word: 'FAIL', code: 'image-size' },
  },
  {
    name: 'HTML is stored and served with 200',
    scenario: 'cold-miss',
    mutations: [
      stored("bytes: Buffer.from('<!DOCTYPE html><title>Service</title><p>Back soon.'), contentType: 'text/html'"),
    ],
    expects: { word: 'FAIL', code: 'image-invalid' },
  },
  {
    name: 'images are cut short',
    scenario: 'cold-miss',
    mutations: [stored('bytes: derivative.bytes.subarray(0, derivative.bytes.length >> 1)')],
    expects: { word: 'FAIL', code: 'image-cut-short' },
  },
  {
    name: 'S3 takes longer than the deadline of the service',
    scenario: 'cold-miss',
    // A shorter deadline, so that the row is shorter too.
    mutations: [{ file: 'src/config.ts', from: 'getMilliseconds: 4_000', to: 'getMilliseconds: 500' }],
    setup: { s3: 'slow' },
    expects: { word: 'FAIL', code: 'store-slow' },
  },
  {
    name: 'S3 fails',
    scenario: 'cold-miss',
    setup: { s3: 'put-slow-down' },
    expects: { word: 'FAIL', code: 'store-unavailable' },
  },
  {
    name: 'the Lambda is down',
    scenario: 'cold-miss',
    mutations: [
      {
        file: 'src/create-handler.ts',
        from: 'return async (event, context) => {',
        to: 'return async (event, context) => { process.exit(1);',
      },
    ],
    expects: { word: 'FAIL', code: 'lambda-down' },
  },
  {
    name: 'a size that is not on the list is redirected',
    scenario: 'mixed',
    setup: { template: 'catch-all-rule' },
    expects: { word: 'FAIL', code: 'unlisted-redirected' },
  },
  {
    name: 'the edge caches nothing',
    scenario: 'warm-hit',
    setup: { template: 'max-ttl-zero' },
    expects: { word: 'FAIL', code: 'too-few-hits' },
  },
  {
    name: 'the edge caches nothing of a catalogue',
    scenario: 'mixed',
    setup: { template: 'max-ttl-zero' },
    expects: { word: 'FAIL', code: 'too-few-hits' },
  },
  {
    name: 'each version of a URL is an entry of its own at the edge',
    scenario: 'mixed',
    setup: { template: 'query-in-key' },
    expects: { word: 'FAIL', code: 'too-few-hits' },
  },
  {
    name: 'replaced originals are not purged',
    scenario: 'replaced',
    change: editResources('AWS::Lambda::EventSourceMapping', (properties) => merge(properties, { Enabled: false })),
    expects: { word: 'FAIL', code: 'image-stale' },
  },
  {
    name: 'the API allows less than its capacity',
    scenario: 'cold-miss',
    setup: { template: 'api-throttle-low' },
    expects: { word: 'FAIL', code: 'throttled' },
  },
  {
    name: 'S3 is slow, but within the deadline',
    scenario: 'cold-miss',
    setup: { s3: 'slow' },
    expects: { word: 'WARN', code: 'slow-cold' },
  },
];
