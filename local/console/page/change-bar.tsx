import type { ChainModel } from './chain-model.ts';

interface Props {
  readonly model: ChainModel;
}

/** Stays at the bottom of the window: what the last action did, and what is different from the start. */
export function ChangeBar({ model }: Props) {
  const { changes } = model.state;
  const { message } = model;
  return (
    <div class={message === '' && changes.length === 0 ? 'change-bar hidden' : 'change-bar'}>
      <p role="status">{message}</p>
      {changes.length > 0 && (
        <fieldset class="changes" aria-label="Current changes">
          <ul>
            {changes.map(({ id, title }) => (
              <li key={id}>{title}</li>
            ))}
          </ul>
          <button type="button" onClick={() => model.act('undo', 'Everything is as it was at the start.')}>
            Reset
          </button>
        </fieldset>
      )}
    </div>
  );
}
