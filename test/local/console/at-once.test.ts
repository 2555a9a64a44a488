import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { State } from '../../../local/console/contract.ts';
import { type ConsoleUnderTest, startConsoleUnderTest } from './real-chain.ts';

let under: ConsoleUnderTest;
beforeAll(async () => {
  under = await startConsoleUnderTest();
});
afterAll(() => under.stop());
afterEach(() => under.done('reset'));

const it = { preset: '200x200', image: 'profile/ann.jpg' };
const state = async () => (await under.ask('GET', 'state')).body as State;
const set = (setup: object) => under.done('setup', setup);
// The second clock may be read a millisecond later: what rounds to -0 is 0 days.
const daysAhead = () => Math.round((under.chain.clock.now() - Date.now()) / (24 * 60 * 60 * 1000)) + 0;

/** The chain as its state says, seen by a first viewer. */
async function expectHealthy(): Promise<void> {
  expect((await state()).changes).toEqual([]);
  expect(daysAhead()).toBe(0);
  expect((await under.seen('view', { as: 'cold' })).kind).toBe('cold');
}

describe('changes at the same time', () => {
  test('all count, and the chain is as the state says', async () => {
    const changes = [{ daysAhead: 14 }, { s3: 'cut' }, { browser: 'caches-redirects' }, { lambda: 'always-redirects' }];
    await Promise.all(changes.map(set));
    expect((await state()).setup).toMatchObject(Object.assign({}, ...changes));
    await under.done('reset');
    await expectHealthy();
  });

  test('that say the same, as a double click does, are one change', async () => {
    await Promise.all([set({ daysAhead: 14 }), set({ daysAhead: 14 })]);
    expect((await state()).changes.map(({ id }) => id)).toEqual(['daysAhead']);
    expect(daysAhead()).toBe(14);

    await under.seen('view');
    const answers = await Promise.all([1, 2].map(() => under.ask('POST', 'delete-derivative', it)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test('do not come between the repair and the view of a cold view', async () => {
    const [view] = await Promise.all([under.seen('view', { as: 'cold' }), set({ s3: 'cut' })]);
    expect(view.kind).toBe('cold');
  });

  test('do not come between what a scenario sets and what it shows', async () => {
    const playing = under.seen('scenario', { name: 'cached-redirect' });
    await expect.poll(async () => (await state()).setup.template, { timeout: 20_000 }).not.toBe('none');
    await under.done('reset');
    expect(await playing).toMatchObject({ kind: 'loop', cause: { code: 'L1' } });
    await expectHealthy();
  });

  test('do not wait for a view of an image that does not come', async () => {
    await set({ s3: 'hangs' });
    const order: string[] = [];
    const viewing = under.seen('view', { preset: '48x48' }).then(() => order.push('the view'));
    await expect.poll(() => under.chain.lambda.state().busy, { timeout: 20_000 }).toBe(1);
    await under.done('reset').then(() => order.push('the reset'));
    await viewing;
    expect(order).toEqual(['the reset', 'the view']);
  });
});
