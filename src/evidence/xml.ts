import XMLBuilder from "fast-xml-builder";

/** Attributes begin with `@`, an element's own text is `#`; elements stand in the order of their names. */
export interface XmlElement {
  readonly [name: string]: XmlContent | undefined;
}
export type XmlContent = string | number | boolean | XmlElement | readonly (string | XmlElement)[];

const builder = new XMLBuilder({
  attributeNamePrefix: "@",
  ignoreAttributes: false,
  textNodeName: "#",
  format: true,
  indentBy: "  ",
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
  processEntities: true,
});

/** A document with its declaration, ended by a line feed. What XML 1.0 has no place for becomes U+FFFD. */
export const xmlDocument = (root: XmlElement): string => {
  const declared = { "?xml": { "@version": "1.0", "@encoding": "UTF-8" }, ...root };
  return `${builder.build(cleaned(declared)).trimEnd()}\n`;
};

const cleaned = (content: XmlContent): unknown => {
  if (typeof content === "string") return xmlText(content);
  if (typeof content !== "object") return content;
  if (isList(content)) return content.map(cleaned);
  return Object.fromEntries(
    Object.entries(content).flatMap(([name, value]) => (value === undefined ? [] : [[name, cleaned(value)]])),
  );
};

const isList = (content: XmlContent): content is readonly (string | XmlElement)[] => Array.isArray(content);

/** Control characters, lone surrogates and non-characters have no form in XML 1.0, not even an escaped one. */
const unspeakable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\p{Cs}]/gu;

const xmlText = (text: string): string => text.replace(unspeakable, "\ufffd");
