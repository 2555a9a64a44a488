import type { Choice } from '../contract.ts';

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly Choice[];
  readonly onChoose: (value: string) => void;
}

/** A select with its label, and one sentence on what is chosen if there is one. */
export function Select({ label, value, choices, onChoose }: SelectProps) {
  const description = choices.find((choice) => choice.value === value)?.description;
  return (
    <div class="setting">
      <label>
        <span>{label}</span>
        <select value={value} disabled={choices.length < 2} onChange={(event) => onChoose(event.currentTarget.value)}>
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.title}
            </option>
          ))}
        </select>
      </label>
      {description && <small>{description}</small>}
    </div>
  );
}
