/** A process that runs a Lambda and waits to be killed: tells the process of the Lambda. */
import { startWorker } from '../../../local/aws/lambda/worker.ts';

const [, , directory = ''] = process.argv;
const worker = startWorker({
  variables: { LAMBDA_TASK_ROOT: directory, _HANDLER: 'index.handler' },
  directory,
  timeoutSeconds: 20,
  memoryMegabytes: 512,
  log: console.log,
});
await worker.init(20_000);
const event = { requestId: 'id', event: '{}', invokedFunctionArn: '', traceId: '', clockOffsetMilliseconds: 0 };
const outcome = await worker.run(event, 20_000);
process.send?.(outcome.end === 'returned' ? Number(outcome.payload) : 0);
