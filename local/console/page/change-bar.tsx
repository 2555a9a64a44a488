import type { ChainModel } from './chain-model.ts';

/** Stays at the bottom of the window: what the last action did, and what is different from the start. */
export function ChangeBar({ model }: { readonly model: ChainModel }) {
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
