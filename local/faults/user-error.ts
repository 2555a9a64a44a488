/** A request that cannot be done as it stands. The message is for the person who made it; the console answers 409. */
export class UserError extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
