/** What is wrong with a line of metrics. CloudWatch counts the two kinds apart. */
export class BrokenLine extends Error {
  override readonly name = 'BrokenLine';
  /** `parsing`: it has not the structure of EMF. `validation`: what it defines is no valid metric. */
  readonly kind: 'parsing' | 'validation';

  constructor(kind: 'parsing' | 'validation', because: string) {
    super(because);
    this.kind = kind;
  }
}

export const parsing = (because: string) => new BrokenLine('parsing', because);
export const validation = (because: string) => new BrokenLine('validation', because);
