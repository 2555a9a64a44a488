import { combine, type Policy } from '../iam/policy.ts';
import { type Invoke, type InvokeResult, newTraceId } from '../lambda/lambda.ts';
import type { LambdaFunction } from '../lambda/lambda-function.ts';
import { emulated, label, type SupportTable } from '../template/check-support.ts';
import { Properties } from '../template/properties.ts';
import { isRecord, type ResolvedTemplate, type Resource, TemplateError } from '../template/template.ts';
import type { Timers } from '../timers.ts';
import type { Queue, QueueSettings, ReceivedMessage } from './queue.ts';

/** An enabled `AWS::Lambda::EventSourceMapping` of a queue. */
export interface EventSourceMapping {
  readonly functionArn: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly maximumConcurrency: number;
  /** Whether the function returns the messages that it could not process. Otherwise it processes all or none. */
  readonly reportsFailures: boolean;
}

export interface MappingOptions {
  readonly mapping: EventSourceMapping;
  readonly queue: Queue;
  readonly region: string;
  readonly clock: { now(): number };
  readonly timers: Timers;
  readonly invoke: Invoke;
  /** From a message's arrival to its receipt. */
  pollMilliseconds(): number;
  readonly onBatch?: (batch: Batch) => void;
}

/** One call of the function, with its result. */
export interface Batch {
  readonly queueName: string;
  readonly messages: number;
  /** Messages that stay in the queue. */
  readonly failures: number;
}

/**
 * Receives messages and calls the function with them, until the queue is empty. A batch waits for more messages as long
 * as its window. What fails, and what Lambda refuses, is received again after the visibility timeout of the queue.
 */
export function startEventSourceMapping(options: MappingOptions): void {
  const { mapping, queue, region, clock, timers, invoke, pollMilliseconds, onBatch } = options;
  const { batchSize, windowSeconds, maximumConcurrency } = mapping;
  let running = 0;
  let gathered: ReceivedMessage[] = [];
  let windowEnds = 0;
  let nextPoll: number | undefined;

  function wake(): void {
    if (running >= maximumConcurrency) return;
    const now = clock.now();
    const visible = queue.nextVisibleAt();
    const due = Math.min(
      visible === undefined ? Number.POSITIVE_INFINITY : Math.max(visible, now) + pollMilliseconds(),
      gathered.length === 0 ? Number.POSITIVE_INFINITY : Math.max(windowEnds, now),
    );
    if (!Number.isFinite(due) || (nextPoll !== undefined && nextPoll <= due)) return;
    nextPoll = due;
    // An earlier poll may have taken its turn.
    timers.at(due, () => (nextPoll === due ? poll() : undefined));
  }

  async function poll(): Promise<void> {
    nextPoll = undefined;
    const started: Promise<void>[] = [];
    while (running < maximumConcurrency) {
      const received = queue.receive(batchSize - gathered.length);
      if (gathered.length === 0) windowEnds = clock.now() + windowSeconds * 1000;
      gathered.push(...received);
      const isOver = gathered.length === batchSize || clock.now() >= windowEnds;
      if (gathered.length === 0 || !isOver) break;
      running += 1;
      started.push(process(gathered));
      gathered = [];
    }
    wake();
    await Promise.all(started);
  }

  async function process(batch: readonly ReceivedMessage[]): Promise<void> {
    const source = { eventSource: 'aws:sqs', eventSourceARN: queue.arn, awsRegion: region };
    const event = JSON.stringify({ Records: batch.map((message) => ({ ...message, ...source })) });
    const result = await invoke(mapping.functionArn, event, newTraceId(clock.now()));
    const failed = failuresOf(result, batch, mapping.reportsFailures);
    for (const message of batch) if (!failed.has(message.messageId)) queue.delete(message.receiptHandle);
    running -= 1;
    onBatch?.({ queueName: queue.name, messages: batch.length, failures: failed.size });
    wake();
  }

  queue.onArrival(wake);
}

/** A malformed report fails the whole batch ("Implementing partial batch responses"). */
function failuresOf(
  result: InvokeResult,
  batch: readonly ReceivedMessage[],
  reportsFailures: boolean,
): ReadonlySet<string> {
  const all = new Set(batch.map(({ messageId }) => messageId));
  if (result.outcome !== 'returned') return all;
  if (!reportsFailures) return new Set();
  const report: unknown = JSON.parse(result.payload);
  const listed = isRecord(report) ? (report.batchItemFailures ?? []) : [];
  if (!Array.isArray(listed)) return all;
  const failed = listed.map((item) => (isRecord(item) ? String(item.itemIdentifier) : ''));
  return failed.every((id) => all.has(id)) ? new Set(failed) : all;
}

interface Found {
  readonly functions: readonly LambdaFunction[];
  readonly queues: readonly QueueSettings[];
  readonly rolePolicies: ReadonlyMap<string, readonly Policy[]>;
}

export function readEventSourceMappings(template: ResolvedTemplate, found: Found): readonly EventSourceMapping[] {
  return template
    .ofType('AWS::Lambda::EventSourceMapping')
    .filter((resource) => Properties.of(resource).flag('Enabled', true))
    .map((resource) => readMapping(resource, template, found));
}

function readMapping(resource: Resource, { account }: ResolvedTemplate, found: Found): EventSourceMapping {
  const mapping = Properties.of(resource);
  const queueArn = mapping.text('EventSourceArn');
  const queue = found.queues.find(({ arn }) => arn === queueArn);
  if (!queue) throw mapping.refusal('EventSourceArn', 'the ARN of a queue of the template');
  const name = mapping.text('FunctionName');
  const fn = found.functions.find((one) => one.name === name || one.arns.includes(name));
  const [functionArn = name] = name.startsWith('arn:') ? [name] : (fn?.arns ?? []);
  if (!fn) throw mapping.refusal('FunctionName', 'a function of the template');
  // Lambda refuses both when the mapping is created ("Using Lambda with Amazon SQS").
  if (queue.visibilitySeconds < fn.timeoutSeconds) {
    throw new TemplateError(
      `${mapping.logicalId}: the visibility timeout of ${queue.name} is ${queue.visibilitySeconds} s: expected at least the function's timeout, ${fn.timeoutSeconds} s`,
    );
  }
  const allows = combine(found.rolePolicies.get(fn.roleArn) ?? []);
  for (const action of ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']) {
    const request = { action, resource: queueArn, principal: fn.roleArn, accountId: account.accountId, context: {} };
    if (allows(request)) continue;
    throw new TemplateError(
      `${mapping.logicalId}: the role of ${fn.logicalId} may not call ${action} on ${queue.name}`,
    );
  }
  const batchSize = mapping.number('BatchSize', 10);
  const windowSeconds = mapping.number('MaximumBatchingWindowInSeconds', 0);
  if (batchSize > 10 && windowSeconds < 1) {
    throw mapping.refusal('MaximumBatchingWindowInSeconds', 'at least 1 with a BatchSize above 10');
  }
  const scaling = mapping.child('ScalingConfig');
  if (!scaling) throw mapping.refusal('ScalingConfig', 'a MaximumConcurrency: other scaling is not emulated');
  return {
    functionArn,
    queueArn,
    batchSize,
    windowSeconds,
    maximumConcurrency: scaling.number('MaximumConcurrency'),
    reportsFailures: mapping.texts('FunctionResponseTypes').includes('ReportBatchItemFailures'),
  };
}

/** Everything that is not listed is refused by name, such as filters of events and provisioned pollers. */
export const supportedProperties: SupportTable = {
  'AWS::Lambda::EventSourceMapping': {
    properties: {
      BatchSize: emulated,
      Enabled: emulated,
      EventSourceArn: emulated,
      FunctionName: emulated,
      'FunctionResponseTypes.*': emulated,
      MaximumBatchingWindowInSeconds: emulated,
      'ScalingConfig.MaximumConcurrency': emulated,
      'Tags.**': label,
    },
  },
};
