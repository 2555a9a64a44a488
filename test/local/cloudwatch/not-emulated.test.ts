import { describe, it } from 'vitest';

/** Facts of CloudWatch and EventBridge that the local chain leaves out, each with its reason, for docs/fidelity.md. */
describe('CloudWatch, not emulated', () => {
  it.todo('§6.1 FunctionComputeUtilization (not emulated: nothing here takes as long as it does at an edge)');
  it.todo('§6.1 throttled requests that an HTTP API leaves out of Count and log (not emulated: all are counted)');
  it.todo('§6.1 metrics of an API by its routes (not emulated: by API and by stage)');
  it.todo('§6.1 AsyncEventAge and the other metrics of asynchronous calls (not emulated: nothing waits)');
  it.todo('§6.1 metrics of S3, SNS, Secrets Manager and the account (not emulated: nothing here watches them)');
  it.todo('§6.1 a copy that is asked about and served again counts as no hit (unknown on AWS)');
  it.todo('§6.1 the lag of each source takes all of its range in turn (unknown on AWS: AWS states none)');
  it.todo('§6.2 one broken metric takes the others of its line with it (unknown on AWS)');
  it.todo('§6.2 duplicates of a line of metrics (not emulated: each comes once)');
  it.todo('§6.2 metrics of high resolution (not emulated: a minute is the finest)');
  it.todo('§6.2 dimensions of a metric filter (not emulated: refused by name)');
  it.todo('§6.2 patterns with alternatives, exclusions, columns or several conditions (not emulated: refused by name)');
  it.todo('§6.3 minutes that become five minutes after 15 days, and hours later (not emulated: minutes go)');
  it.todo('§6.3 anomaly detection, and alarms by a query of Metrics Insights (not emulated: refused by name)');
  it.todo('§6.3 alarms that are red until there is data (not emulated: time before the chain was there is not judged)');
  it.todo(
    '§6.3 dashboards with periodOverride auto, a right axis, vertical lines or other views (not emulated: refused by name, in place of the widget)',
  );
  it.todo(
    '§6.3 live data of a period that has not ended (not emulated: shown a minute later, or dashed while there is no other)',
  );
  it.todo('§6.3 actions of alarms (not emulated: nobody is on call for a laptop)');
  it.todo('§6.4 rules by cron or by events (not emulated: refused by name)');
  it.todo('§6.4 second and third attempts of a scheduled event (not emulated: refused by name)');
});
