/** `make page-test`: proves that a page arrives. */
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { aws } from '../preflight/aws-cli.ts';
import { requireAccess, requireDeployed } from './account.ts';
import { readOptions } from './options.ts';
import { command } from './run.ts';
import { testPage } from './test-page.ts';

await command(async () => {
  const { environment } = readOptions('page-test');
  requireAccess(environment);
  const outputs = requireDeployed(environment);
  console.log(
    'One alarm is set to ALARM for a moment. A page arrives, and soon afterwards the message that it is over.',
  );
  const wait = (seconds: number) => sleep(seconds * 1000);
  const { alarm, action, at } = await testPage(aws, environment, outputs, { wait, tries: 24 });
  console.log(`${at}  ${alarm}: ${action}`);
  if (!process.stdin.isTTY) return console.log(`Check that a page of ${alarm} has arrived.`);

  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Has it arrived? (y/n) ');
  terminal.close();
  if (!/^y/i.test(answer)) {
    throw new Error('SNS accepted the message, but it did not arrive: check the spam folder or the log of the pager');
  }
});
