import { basename } from "node:path";
import ts from "typescript";
import { lineOf, nodesOf, parsed, type Source } from "./sources.ts";

/** Ambient things that make a fold irreproducible: clocks, chance, the environment, I/O. */
const ambient = new Set([
  "performance",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "process",
  "console",
  "crypto",
  "fetch",
  "Buffer",
  "globalThis",
  "require",
]);

/** A name that stands for itself, and is not the name of somebody's property. */
const isFreeName = (node: ts.Identifier): boolean => {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent)) return parent.name !== node;
  return !ts.isBindingElement(parent) || parent.propertyName !== node;
};

const isPropertyOf = (node: ts.Identifier, property: string): boolean =>
  ts.isPropertyAccessExpression(node.parent) && node.parent.name.text === property;

const ambientUse = (node: ts.Node): string | undefined => {
  if (!ts.isIdentifier(node) || !isFreeName(node)) return undefined;
  if (ambient.has(node.text)) return node.text;
  if (node.text === "Math" && isPropertyOf(node, "random")) return "Math.random";
  if (node.text === "Date" && isPropertyOf(node, "now")) return "Date.now";
  const isCalled =
    (ts.isNewExpression(node.parent) || ts.isCallExpression(node.parent)) && node.parent.expression === node;
  return node.text === "Date" && isCalled ? "Date()" : undefined;
};

export const ambientUses = (source: Source): readonly string[] => {
  const file = parsed(source);
  return nodesOf(file).flatMap((node) => {
    const use = ambientUse(node);
    return use === undefined ? [] : [`${source.path}:${lineOf(file, node)} uses ${use}`];
  });
};

const isKind = (expression: ts.Expression): boolean =>
  (ts.isPropertyAccessExpression(expression) && expression.name.text === "kind") ||
  (ts.isIdentifier(expression) && expression.text === "kind");

/** A `default` in a switch over a kind hides the kind that is added next. */
export const defaultsOverKind = (source: Source): readonly string[] => {
  const file = parsed(source);
  return nodesOf(file).flatMap((node) =>
    ts.isSwitchStatement(node) && isKind(node.expression) && node.caseBlock.clauses.some(ts.isDefaultClause)
      ? [`${source.path}:${lineOf(file, node)} switches over a kind with a default`]
      : [],
  );
};

/** Lines a file may have; style asks for about 300. */
export const maxLines = 320;

export const tooLong = ({ path, text }: Source): readonly string[] => {
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  return lines > maxLines ? [`${path} has ${lines} lines`] : [];
};

/** Names that say nothing, and words of other trades. */
const emptyName = /manager|helper|utils|service/i;
const foreignWord = /alert|incident|sensor/i;

export const badNames = (source: Source): readonly string[] => {
  const name = basename(source.path);
  const named =
    emptyName.test(name) || foreignWord.test(name) ? [`${source.path} has a name that is not ours`] : [];
  const file = parsed(source);
  const words = nodesOf(file).flatMap((node) =>
    ts.isIdentifier(node) && foreignWord.test(node.text)
      ? [`${source.path}:${lineOf(file, node)} says ${node.text}`]
      : [],
  );
  return [...named, ...words];
};

export const isKebabCase = (path: string): boolean =>
  /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)+$/.test(basename(path));
