/** Tasks run one after another, in the order they were handed in, whatever becomes of those before. */
export type OneAtATime = <T>(task: () => Promise<T>) => Promise<T>;

export const oneAtATime = (): OneAtATime => {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const mine = last.then(task);
    last = mine.catch(() => undefined);
    return mine;
  };
};
