/** Sets a key and makes it the newest; beyond `sizeMax` the oldest are forgotten. The map given is not changed. */
export const withNewest = <K, V>(
  map: ReadonlyMap<K, V>,
  [key, value]: readonly [K, V],
  sizeMax: number,
): ReadonlyMap<K, V> => {
  const others = [...map].filter(([other]) => other !== key);
  return new Map([...others, [key, value] as const].slice(-sizeMax));
};
