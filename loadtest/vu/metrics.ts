import { Counter, Rate, Trend } from 'k6/metrics';

/** Every metric of the load test, by the name that thresholds and report know. */
export const metrics = {
  /** A view from its first byte to its last, over all hops. */
  chain_ms: new Trend('chain_ms', true),
  hop_ms: new Trend('hop_ms', true),
  hops: new Trend('hops'),
  /** What the Lambda says it took, and its phases: `Server-Timing`. */
  lambda_ms: new Trend('lambda_ms', true),
  phase_ms: new Trend('phase_ms', true),
  image_hash: new Trend('image_hash'),

  redirect_loop: new Rate('redirect_loop'),
  poisoned_redirect: new Rate('poisoned_redirect'),
  bad_image: new Rate('bad_image'),
  contract_broken: new Rate('contract_broken'),
  iteration_errors: new Rate('iteration_errors'),
  /** Of the views of images: those that the edge answered from its cache. */
  edge_hit: new Rate('edge_hit'),
  /** Of the Lambda's replies: those of an environment that had just started. */
  lambda_init: new Rate('lambda_init'),

  chains: new Counter('chains'),
  defects: new Counter('defects'),
  throttled: new Counter('throttled'),
  /** Derivatives that were made, and replies that carried one which was there already. */
  made: new Counter('made'),
  raced: new Counter('raced'),
  remade: new Counter('remade'),

  /** What is paid for. */
  edge_requests: new Counter('edge_requests'),
  edge_bytes: new Counter('edge_bytes'),
  edge_misses: new Counter('edge_misses'),
  api_calls: new Counter('api_calls'),
  api_bytes: new Counter('api_bytes'),
  lambda_billed_ms: new Counter('lambda_billed_ms'),
} as const;
