import { useLayoutEffect } from 'preact/hooks';
import { ChainDiagram } from './chain-diagram.tsx';
import type { ChainModel } from './chain-model.ts';
import { AwsSwitches, Choose, loopScenario, Scenarios, WhatIf } from './choose.tsx';
import { HopList } from './hop-list.tsx';
import { colourOfKind } from './icons.tsx';
import { LiveLog } from './live-log.tsx';
import { Purge } from './purge.tsx';
import { Comparison, Explanation, LinkOffer, Outdated, Problem, Verdict } from './result.tsx';

export function ChainPage({ model, isHidden }: { readonly model: ChainModel; readonly isHidden: boolean }) {
  const { view, problem, views, purges } = model;
  useLayoutEffect(() => {
    if (views > 0) bringIntoView('result');
  }, [views]);
  useLayoutEffect(() => {
    if (purges > 0) bringIntoView('purge');
  }, [purges]);
  return (
    <div class="chain-page" hidden={isHidden}>
      <Tour model={model} />
      <Choose model={model} />
      <section class="panel result" id="result" aria-labelledby="result-title" tabIndex={-1}>
        <h2 id="result-title" class="hidden">
          Result
        </h2>
        <div role="status" class="hidden">
          {model.announcement}
        </div>
        <LinkOffer model={model} />
        <div role="alert">{problem !== undefined && <Problem error={problem} />}</div>
        {view && <Outdated model={model} />}
        {view && <Verdict view={view} onCopyLink={() => model.copyLink()} />}
        <ChainDiagram view={view} apiOn={model.state.apiOn} />
        {view && <Explanation view={view} />}
        {view && <Comparison view={view} hasBytes={model.hasBytes} />}
        {view && <HopList key={view.id} hops={view.hops} />}
      </section>
      <WhatIf model={model} />
      {model.purges > 0 && <Purge model={model} />}
      <Scenarios model={model} />
      <AwsSwitches model={model} />
      <LiveLog />
      <ChangeBar model={model} />
    </div>
  );
}

/** The three views to see first. */
function Tour({ model }: { readonly model: ChainModel }) {
  const steps = [
    { kind: 'cold', title: 'See a cold miss', detail: 'the first view', show: ['view', { as: 'cold' }] },
    { kind: 'warm', title: 'See a warm hit', detail: 'every later view', show: ['view', { as: 'warm' }] },
    { kind: 'loop', title: 'See a redirect loop', detail: 'the known failure', show: ['scenario', loopScenario] },
  ] as const;
  return (
    <section class="tour flow" aria-labelledby="tour-title">
      <h2 id="tour-title">The first view of an image triggers the resize. CloudFront serves every view after that.</h2>
      {steps.map(({ kind, title, detail, show: [name, fields] }, index) => (
        <button key={kind} type="button" class="tour-step" onClick={() => model.show(name, fields)}>
          <span class="step kind" style={colourOfKind(kind)} aria-hidden="true">
            {index + 1}
          </span>
          <span>
            <b>{title}</b>
            <small>{detail}</small>
          </span>
        </button>
      ))}
    </section>
  );
}

/** On a phone the result is below what was pressed. */
function bringIntoView(id: string): void {
  const element = document.getElementById(id);
  const { top } = element?.getBoundingClientRect() ?? { top: 0 };
  if (top > innerHeight * 0.6 || top < -innerHeight * 0.5) element?.scrollIntoView();
}

/** Stays at the bottom of the window: what the last action did, and what is different from the start. */
function ChangeBar({ model }: { readonly model: ChainModel }) {
  const { message } = model;
  const { changes } = model.state;
  return (
    <div class={message === '' && changes.length === 0 ? 'hidden' : 'change-bar flow'}>
      <p role="status">{message}</p>
      {changes.length > 0 && (
        <fieldset class="flow" aria-label="Current changes">
          <span class="soft">Changed:</span>
          {changes.map(({ id, title }) => (
            <span key={id} class="tag">
              {title}
            </span>
          ))}
          <button type="button" onClick={() => model.act('reset')}>
            Reset
          </button>
        </fieldset>
      )}
    </div>
  );
}
