import sharp from 'sharp';

const colours = { red: [220, 30, 30], green: [30, 170, 50], blue: [40, 60, 200] } as const;

export type Colour = keyof typeof colours;

/** Small images of one colour: which of them a derivative was made of is seen after any codec. */
export function coloured(colour: Colour): Promise<Buffer> {
  const kept = made.get(colour) ?? make(colour);
  made.set(colour, kept);
  return kept;
}

const made = new Map<Colour, Promise<Buffer>>();

function make(colour: Colour): Promise<Buffer> {
  const [r, g, b] = colours[colour];
  return sharp({ create: { width: 240, height: 180, channels: 3, background: { r, g, b } } })
    .jpeg()
    .toBuffer();
}

/** `undefined` for what is no image, or one of none of the colours. */
export async function colourOf(bytes: Uint8Array): Promise<Colour | undefined> {
  if (bytes.length === 0) return undefined;
  try {
    const { channels } = await sharp(bytes).stats();
    return (Object.keys(colours) as Colour[]).find((name) =>
      colours[name].every((value, n) => Math.abs((channels[n]?.mean ?? 999) - value) < 20),
    );
  } catch {
    return undefined;
  }
}
