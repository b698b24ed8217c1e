const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const openingBrace = 0x7b;
const closingBrace = 0x7d;

const isBlank = (byte: number | undefined): boolean =>
  byte === space || byte === 0x09 || byte === carriageReturn || byte === lineFeed;

/** Where bytes [start, end) begin and end without the blanks around them. */
const trimmed = (payload: Uint8Array, start: number, end: number): readonly [number, number] => {
  let [first, last] = [start, end];
  while (first < last && isBlank(payload[first])) first += 1;
  while (last > first && isBlank(payload[last - 1])) last -= 1;
  return [first, last];
};

/**
 * Whether each line of the payload is a JSON object by itself. In one JSON document of several lines that is never so:
 * what follows a line that ends with a closing brace begins with a comma or another closing bracket.
 */
const areDocuments = (payload: Uint8Array): boolean => {
  for (let start = 0; start < payload.length;) {
    const found = payload.indexOf(lineFeed, start);
    const end = found === -1 ? payload.length : found;
    const [first, last] = trimmed(payload, start, end);
    if (first < last && (payload[first] !== openingBrace || payload[last - 1] !== closingBrace)) return false;
    start = end + 1;
  }
  return true;
};

/** One line: in JSON line ends stand between values only, where a blank says the same. */
const asOneLine = (payload: Uint8Array): Uint8Array =>
  payload.map((byte) => (byte === lineFeed || byte === carriageReturn ? space : byte));

/**
 * A message's bytes as the stream has them. A message is one line or more, whole: publishers often leave the last line
 * end out, so it is put there. A message that is one JSON document of several lines becomes one line, byte for byte as
 * long. Nothing else is changed.
 */
export const linesOf = (payload: Uint8Array): Uint8Array => {
  const [first, last] = trimmed(payload, 0, payload.length);
  const isJson = payload[first] === openingBrace && first < last;
  const text = isJson && !areDocuments(payload) ? asOneLine(payload) : payload;
  if (text.length === 0 || text.at(-1) === lineFeed) return text;
  const lines = new Uint8Array(text.length + 1);
  lines.set(text);
  lines[text.length] = lineFeed;
  return lines;
};
