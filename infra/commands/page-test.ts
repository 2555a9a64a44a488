/** `make page-test`: proves that a page arrives, from the alarm to the person. */
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { aws } from '../preflight/aws-cli.ts';
import { requireAccess, requireDeployed } from './account.ts';
import { readOptions } from './options.ts';
import { command } from './run.ts';
import { testPage } from './test-page.ts';

await command(async () => {
  const { environment } = readOptions('page-test');
  requireAccess();
  const outputs = requireDeployed(environment);
  console.log('One alarm is set to red for a moment. Whoever is on call gets a page, and soon after that it is over.');
  const wait = (seconds: number) => sleep(seconds * 1000);
  const { alarm, action, at } = await testPage(aws, environment, outputs, { wait, tries: 24 });
  console.log(`${at}  ${alarm}: ${action}`);
  if (!process.stdin.isTTY) return console.log(`Now look there: a page of ${alarm} must have arrived.`);

  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Has it arrived? (y/n) ');
  terminal.close();
  if (!/^y/i.test(answer)) {
    throw new Error('SNS took the message and it did not arrive: look at the spam folder, or the log of the pager');
  }
});
