import { startConsole } from '../console/console.ts';
import { anyIncident, findIncident, pickIncident } from './incidents.ts';
import { day } from './load.ts';
import type { RehearsalOptions } from './options.ts';
import { tell } from './progress.ts';
import { calmDown } from './rehearsal.ts';
import { type Scene, startScene } from './scene.ts';

type Say = (line: string) => void;

/** Leaves an incident standing, with viewers and the console, so that on-call can practise. Ctrl-C heals it. */
export async function stand(wanted: string, options: RehearsalOptions, say: Say): Promise<void> {
  const { templateFile, port, pace, targetFile } = options;
  const isSecret = wanted === anyIncident;
  const name = isSecret ? pickIncident() : wanted;
  const incident = findIncident(name);
  const ports = port === 0 ? {} : { edgePort: port, apiPort: port + 1, websitePort: port + 2, s3Port: port + 3 };
  const scene = await startScene({ templateFile, targetFile, ...ports, ...(pace === undefined ? {} : { pace }) });
  const audience = tell(name, incident, say);
  const wish = wishesToEnd();
  try {
    const page = await startConsole(scene.chain, port === 0 ? 0 : port + 4);
    if (!isSecret) audience.started();
    for (const line of banner(scene, page.address)) say(line);
    const fault = await incident.faultIn(scene);
    say('          calm, until all alarms are OK');
    await calmDown(scene);

    await fault.inject();
    audience.injected();
    for (let minutes = 1; wish.count() === 0; minutes += 1) {
      const load = { ...day, ...incident.load };
      for (const turn of await scene.playMinute(load, fault.meanwhile)) audience.turned(turn, minutes);
    }
    await fault.heal();
    audience.healed();
    if (isSecret) audience.started();
    say(`          its runbook is docs/runbooks/${incident.runbook}.md`);
    say('          until all alarms are OK; Ctrl-C ends it now');
    for (let minutes = 1; wish.count() === 1 && scene.red().length > 0; minutes += 1) {
      for (const turn of await scene.playMinute(day)) audience.turned(turn, minutes);
    }
    await page.close();
  } finally {
    wish.forget();
    await scene.stop();
  }
}

function banner({ chain }: Scene, page: string): readonly string[] {
  return [
    `          look: ${page}`,
    `          images: ${chain.edge.address}  API: ${chain.api.url}`,
    '          runbook: docs/runbooks/, the one of the first alarm that is red',
    '          walk as a viewer: make smoke TARGET=local',
    '          Ctrl-C heals it',
  ];
}

/** The first Ctrl-C heals, the second ends. */
function wishesToEnd() {
  let count = 0;
  const note = () => {
    count += 1;
  };
  process.on('SIGINT', note).on('SIGTERM', note);
  return {
    count: () => count,
    forget() {
      process.off('SIGINT', note).off('SIGTERM', note);
    },
  };
}
