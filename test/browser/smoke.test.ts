/** The fast one: the page works in a browser at all. Everything else about it is in the slow suite. */
import { expect, test } from 'vitest';
import { press, violationsOn } from './chromium.ts';
import { describeConsole } from './console-in-chromium.ts';

describeConsole('The console', (at) => {
  test('shows a cold miss hop by hop, and then the dashboards', async () => {
    expect(await at.kind()).toBeUndefined();
    await press(at.page, /cold miss/);
    expect(await at.kind()).toBe('cold');
    expect(await at.hops()).toEqual(['307', '301', '200']);
    expect(await at.diagram.locator('.part.touched').count()).toBe(6);
    const widths = await at.page.evaluate(
      'Promise.all([...document.querySelectorAll("figure img")].map((img) => img.decode().then(() => img.naturalWidth)))',
    );
    expect(widths).toEqual([600, 200]);
    expect(await violationsOn(at.page)).toEqual([]);

    await at.page.getByRole('link', { name: /^Dashboards/ }).click();
    await at.page.locator('.tile').first().waitFor();
    expect(await at.page.locator('.chart canvas').count()).toBeGreaterThan(5);
    await at.page.getByRole('link', { name: 'Chain' }).click();
    expect(await at.kind()).toBe('cold');
  });
});
