/** @import { DashboardCard, DashboardData, Widget } from '../watch-contract.ts' */
import { h } from './dom.js';
import { viewOf } from './widget-views.js';

/**
 * The widgets of a dashboard on CloudWatch's grid. They are built once; new data goes into them as they stand.
 * @param {DashboardCard} dashboard
 * @param {(href: string) => string | undefined} link
 */
export function dashboardGrid({ widgets }, link) {
  // As they are read: row by row. So they follow one another on a phone, too.
  const order = widgets.map((widget, index) => ({ widget, index })).sort((a, b) => byPlace(a.widget, b.widget));
  const built = order.map(({ widget, index }) => ({ index, ...build(widget, index, link) }));
  const element = h('div', { class: 'widgets' }, ...built.map((one) => one.element));
  element.style.setProperty('--rows', rowsOf(widgets).join(' '));
  return {
    element,
    /** @param {DashboardData} data */
    update(data) {
      for (const { index, view, element } of built) {
        const own = data.widgets[index];
        if (!own) continue;
        const problem = own.kind === 'problem' ? own.problem : undefined;
        element.classList.toggle('broken', problem !== undefined);
        element.querySelector('.problem-text')?.replaceChildren(problem ?? '');
        if (problem === undefined) view.update(own, data);
      }
    },
    redraw() {
      for (const { view } of built) view.redraw?.();
    },
    destroy() {
      for (const { view } of built) view.destroy?.();
    },
  };
}

/** Rows that hold nothing but text are as high as it. @param {readonly Widget[]} widgets */
function rowsOf(widgets) {
  const count = Math.max(0, ...widgets.map(({ y, height }) => y + height));
  return Array.from({ length: count }, (_, row) => {
    const inRow = widgets.filter(({ y, height }) => y <= row && row < y + height);
    return inRow.every(({ kind }) => kind === 'text') ? 'auto' : 'minmax(var(--unit), auto)';
  });
}

/** @param {Widget} a @param {Widget} b */
function byPlace(a, b) {
  return a.y - b.y || a.x - b.x;
}

/** @param {Widget} widget @param {number} index @param {(href: string) => string | undefined} link */
function build(widget, index, link) {
  const view = viewOf(widget, link);
  const title = 'title' in widget ? widget.title : '';
  const unit = widget.kind === 'metric' ? (widget.axis.label ?? '') : '';
  const isBare = widget.kind === 'text' && widget.background === 'transparent';
  const element = h(
    'article',
    {
      id: `widget-${index}`,
      tabindex: -1,
      class: `widget ${widget.kind}${isBare ? ' bare' : ''}${widget.width > 12 ? ' wide' : ''}`,
      'aria-labelledby': title && `title-${index}`,
    },
    title &&
      h(
        'header',
        {},
        h('h3', { id: `title-${index}` }, ...titleNodes(title)),
        unit && h('span', { class: 'unit' }, unit),
      ),
    ...view.body,
    h('p', { class: 'problem-text' }),
  );
  for (const [name, value] of Object.entries({ x: widget.x + 1, y: widget.y + 1, w: widget.width, h: widget.height })) {
    element.style.setProperty(`--${name}`, String(value));
  }
  return { element, view };
}

/** What stands in brackets is said more softly. @param {string} title */
function titleNodes(title) {
  const [, main = title, aside] = /^(.+?) \((.+)\)$/.exec(title) ?? [];
  return aside === undefined ? [main] : [`${main} `, h('small', {}, aside)];
}
