/** Originals are replaced after the edge holds their image. Until the purge each view shows one of both, then the new one. */
import { sleep } from 'k6';
import http from 'k6/http';
import { judgeView } from '../lib/judge-view.ts';
import { freshWithinSeconds } from '../scenario-table.ts';
import { iteration, recordFresh, recordView } from '../vu/record.ts';
import { originals, plan, viewsOf } from '../vu/scenario.ts';
import { view } from '../vu/view.ts';

export { options } from '../vu/scenario.ts';

const pauseSeconds = 1;

const { sound, replacements } = originals;
const beforeAt = viewsOf(sound);
const afterAt = viewsOf(sound.map((original, at) => ({ ...original, ...replacements[at] })));

export default iteration(async (number) => {
  const [before, after] = [beforeAt(number), afterAt(number)];
  const first = await view(before.url, { kind: 'replaced' });
  recordView(first, 'replaced', judgeView(first, before, 'cold', plan.chain));
  const held = await view(before.url, { kind: 'replaced' });
  recordView(held, 'replaced', judgeView(held, before, 'warm', plan.chain));

  await replace(number);
  const replaced = Date.now();
  /** Views once, and returns whether the image is another one than before. */
  async function viewAgain(url: string, mustBeNew: boolean): Promise<boolean> {
    const seen = await view(url, { kind: 'replaced' });
    const isNew = !isSame(seen.answer.body, first.answer.body);
    const found = judgeView(seen, isNew ? after : before, isNew ? 'replaced' : 'warm', plan.chain);
    const stale = { code: 'image-stale', seen: `${url}, ${freshWithinSeconds} s after it was replaced` } as const;
    recordView(seen, 'replaced', mustBeNew && !isNew ? [stale, ...found] : found);
    return isNew;
  }

  const secondsLeft = () => freshWithinSeconds - (Date.now() - replaced) / 1000;
  while (secondsLeft() > 0) {
    sleep(pauseSeconds);
    if (!(await viewAgain(before.url, false))) continue;
    recordFresh(Date.now() - replaced);
    break;
  }
  // The second pass of the purge may remove the new image once more, and must not bring the old one back.
  sleep(Math.max(0, secondsLeft()));
  await viewAgain(before.url, true);
  await viewAgain(`${before.url}?v=${replaced}`, true);
});

async function replace(number: number): Promise<void> {
  const { REPLACER: replacer } = __ENV;
  if (!replacer)
    throw new Error('REPLACER is not set: this scenario is run by make load, which replaces the originals');
  const { status, body } = await http.asyncRequest('POST', `${replacer}/${number}`, null, {
    tags: { kind: 'replace' },
  });
  if (status !== 204) throw new Error(`The original ${number} was not replaced: ${status} ${body}`);
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
