import type { Properties } from '../../properties.ts';

/** What is not known here is refused by its name, and never passed over. */
export function refuseUnknown(properties: Properties, known: readonly string[]): void {
  const unknown = properties.names().find((name) => !known.includes(name));
  if (unknown !== undefined) throw properties.refusal(unknown, `nothing: here only ${known.join(', ')} are known`);
}

export function readColour(from: Properties): string {
  const colour = from.text('color');
  if (!/^#[0-9a-f]{6}$/i.test(colour)) throw from.refusal('color', 'six digits after #, such as #d13212');
  return colour;
}
