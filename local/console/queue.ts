/** Does one work after another, in the order in which they came; one that fails does not keep the next from its turn. */
export type Queue = <Result>(work: () => Promise<Result> | Result) => Promise<Result>;

export function createQueue(): Queue {
  let running: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = running.then(work);
    running = mine.catch(() => {});
    return mine;
  };
}
