/** Text as the bytes of a file, in pieces of so many bytes. */
export const piecesOf = async function* (text: string, size = 65_536): AsyncGenerator<Uint8Array, void> {
  const bytes = Buffer.from(text, "latin1");
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve();
    yield bytes.subarray(at, at + size);
  }
};

export const gathered = async <T>(items: AsyncIterable<T>): Promise<readonly T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};
