/** The sections under which the tests name facts of AWS, with the pages that tell them (by their titles). */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly pages: readonly string[];
}

export const sections: readonly Section[] = [
  {
    id: '§1.1',
    title: 'S3 website: how a request is answered',
    pages: ['(Optional) Configuring a webpage redirect', 'Configuring a custom error document', 'Website endpoints'],
  },
  {
    id: '§1.2',
    title: 'S3 website: routing rules and what they redirect to',
    pages: ['(Optional) Configuring a webpage redirect', 'Redirect', 'PutBucketWebsite'],
  },
  {
    id: '§1.3',
    title: 'S3 website: 403 or 404 for a missing key',
    pages: ['Setting permissions for website access', 'GetObject'],
  },
  {
    id: '§1.4',
    title: 'S3 website: other answers',
    pages: ['Configuring a custom error document', 'Website endpoints'],
  },
  {
    id: '§1.5',
    title: 'S3 website: who may read it',
    pages: ['Blocking public access to your Amazon S3 storage', 'Restrict access to an Amazon S3 origin'],
  },
  {
    id: '§2.1',
    title: 'CloudFront: how long answers are kept',
    pages: [
      'Manage how long content stays in the cache (expiration)',
      'How CloudFront processes HTTP 3xx status codes from your origin',
      'Use managed cache policies',
    ],
  },
  {
    id: '§2.2',
    title: 'CloudFront: errors',
    pages: [
      'How CloudFront processes HTTP 4xx and 5xx status codes from your origin',
      'Control how long CloudFront caches errors',
      'Generate custom error responses',
    ],
  },
  {
    id: '§2.3',
    title: 'CloudFront: behaviours, cache key, what origins get',
    pages: [
      'Cache behavior settings',
      'Understand the cache key',
      'Request and response behavior for custom origins',
      'Invalidate files to remove content',
    ],
  },
  { id: '§2.4', title: 'CloudFront: headers of answers', pages: ['Understand response headers policies'] },
  {
    id: '§2.5',
    title: 'CloudFront Functions',
    pages: ['CloudFront Functions event structure', 'Restrictions on CloudFront Functions'],
  },
  {
    id: '§3.1',
    title: 'HTTP API: what the Lambda gets',
    pages: ['Create AWS Lambda proxy integrations for HTTP APIs in API Gateway'],
  },
  {
    id: '§3.2',
    title: 'HTTP API: what the client gets',
    pages: [
      'Create AWS Lambda proxy integrations for HTTP APIs in API Gateway',
      'Create routes for HTTP APIs in API Gateway',
      'Configure CORS for HTTP APIs in API Gateway',
    ],
  },
  { id: '§3.3', title: 'HTTP API: limits', pages: ['Quotas for configuring and running an HTTP API in API Gateway'] },
  {
    id: '§4.1',
    title: 'Lambda',
    pages: ['Lambda quotas', 'Understanding the Lambda execution environment lifecycle', 'Lambda runtimes'],
  },
  { id: '§4.2', title: 'S3: objects', pages: ['What is Amazon S3?', 'Lifecycle configuration elements', 'PutObject'] },
  {
    id: '§5',
    title: 'Browsers',
    pages: ['RFC 9110', 'RFC 9111', 'Fetch standard', 'net/http/http_response_headers.cc of Chromium'],
  },
  {
    id: '§6.1',
    title: 'CloudWatch: what AWS publishes by itself',
    pages: [
      'Types of metrics for CloudFront',
      'Monitor CloudWatch metrics for HTTP APIs in API Gateway',
      'Types of metrics for Lambda functions',
    ],
  },
  {
    id: '§6.2',
    title: 'CloudWatch: metrics out of log lines',
    pages: [
      'Specification: Embedded metric format',
      'Filter pattern syntax for metric filters',
      'Monitoring with CloudWatch metrics',
    ],
  },
  {
    id: '§6.3',
    title: 'CloudWatch: metric math, alarms, Logs Insights',
    pages: [
      'Using math expressions with CloudWatch metrics',
      'Configuring how CloudWatch alarms treat missing data',
      'CloudWatch Logs Insights language query syntax',
    ],
  },
  { id: '§6.4', title: 'EventBridge: schedules', pages: ['Setting a schedule pattern for scheduled rules (legacy)'] },
  { id: '§7', title: 'The template', pages: ['CloudFormation template reference'] },
  { id: '§8', title: 'What nothing public settles', pages: [] },
];

/** Findings and questions that stand in a section of their own. */
export const sectionOf = (id: string): string => {
  if (id === '§0-1') return '§2.1';
  if (id === '§0-6') return '§1.1';
  return id.replace(/^(§8)-\d+$/, '$1');
};

/** Rows of the catalogue that are not shown by a visit of the chain (`test/chain/rows/`), in its words. */
export const otherMechanisms: Readonly<Record<string, string>> = {
  L14: 'what the Lambda stores calls it again',
  L16: 'an old name redirects to the new one, and that to the old one',
  W3: 'an original is replaced, and its derivatives stay',
  E4: 'the origin is the bucket, not its website',
  E7: 'a viewer comes before the routing rules are applied',
  E8: 'the Lambda answers with a field that the API does not know',
};
