/** A request that cannot be done as it stands; the message is for the person who made it. */
export class Impossible extends Error {
  readonly todo: string | undefined;
  constructor(message: string, todo?: string) {
    super(message);
    this.todo = todo;
  }
}
