import { startConsole } from '../console/console.ts';
import { anyIncident, findIncident, incidents } from './incidents.ts';
import { type RehearsalOptions, templateOf } from './options.ts';
import { calmDown, createReporter, prepareFault } from './rehearsal.ts';
import { pageAlarm, startRig } from './rig.ts';
import { day } from './traffic.ts';

/** Keeps one incident active, with viewers and the console. The first Ctrl-C repairs it, the second stops the chain. */
export async function practise(
  wanted: string,
  options: RehearsalOptions,
  print: (line: string) => void,
): Promise<void> {
  const { port, pace, targetFile } = options;
  const isSecret = wanted === anyIncident;
  const name = isSecret ? pickIncident() : wanted;
  const incident = findIncident(name);
  const ports = port === 0 ? {} : { edgePort: port, apiPort: port + 1, websitePort: port + 2, s3Port: port + 3 };
  const rig = await startRig({
    templateFile: templateOf(incident, options),
    targetFile,
    ...ports,
    ...(pace !== undefined && { pace }),
  });
  const reporter = createReporter(isSecret ? anyIncident : name, incident, print);
  let interrupts = 0;
  const onInterrupt = () => {
    interrupts += 1;
  };
  process.on('SIGINT', onInterrupt).on('SIGTERM', onInterrupt);
  try {
    const console = await startConsole(rig.chain, port === 0 ? 0 : port + 4);
    if (!isSecret) reporter.started();
    print(`          console: ${console.address}`);
    print(`          images: ${rig.chain.edge.address}  API: ${rig.chain.api.url}`);
    print('          view an image as a viewer does: make smoke TARGET=local');
    print('          begin with the runbook of the first red alarm, in docs/runbooks/');
    print('          Ctrl-C repairs the fault');
    const fault = await prepareFault(incident, rig);
    print('          waiting until all alarms are OK');
    await calmDown(rig);

    await fault.inject();
    reporter.injected();
    for (let minutes = 1; interrupts === 0; minutes += 1) {
      const transitions = await rig.playMinute({ ...day, ...incident.traffic }, fault.everyMinute);
      for (const transition of transitions) reporter.transition(transition, minutes);
    }
    await fault.repair();
    reporter.repaired();
    if (isSecret) reporter.started();
    print(`          its runbook is docs/runbooks/${incident.cause ?? pageAlarm}.md`);
    print('          waiting until all alarms are OK; Ctrl-C stops the chain now');
    for (let minutes = 1; interrupts === 1 && rig.redAlarms().length > 0; minutes += 1) {
      for (const transition of await rig.playMinute(day)) reporter.transition(transition, minutes);
    }
    await console.close();
  } finally {
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
    await rig.stop();
  }
}

function pickIncident(): string {
  const names = [...incidents.keys()].filter((name) => name !== 'nothing');
  return names[Math.floor(Math.random() * names.length)] ?? '';
}
