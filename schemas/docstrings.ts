import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** What the sources say about one form of object: its own docstring and those of its properties. */
export interface DocumentedForm {
  readonly name: string;
  readonly text: string;
  /** The literal of its `kind`, where it has one. */
  readonly kind: string | null;
  readonly properties: ReadonlyMap<string, string>;
}

export interface Docstrings {
  /** Forms by the names of their properties, sorted and joined with commas. */
  readonly forms: ReadonlyMap<string, readonly DocumentedForm[]>;
  /** Docstrings of the scalars: `WallMs`. */
  readonly scalars: ReadonlyMap<string, string>;
}

export const formKey = (names: Iterable<string>): string => [...names].sort().join();

/** A docstring as one line of plain text; empty where there is none. */
const docOf = (node: ts.Node): string => {
  const docs = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = docs.map((doc) => ts.getTextOfJSDocComment(doc.comment) ?? "").join(" ");
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/\{@link (\w+)\}/g, "$1")
    .trim();
};

const parsed = (folder: string, name: string): ts.SourceFile =>
  ts.createSourceFile(name, readFileSync(join(folder, name), "utf8"), ts.ScriptTarget.ES2023, true);

const nodesOf = (node: ts.Node): readonly ts.Node[] => {
  const nodes: ts.Node[] = [node];
  ts.forEachChild(node, (child) => void nodes.push(...nodesOf(child)));
  return nodes;
};

type Members = readonly ts.PropertySignature[];
const propertiesOf = (members: ts.NodeArray<ts.TypeElement>): Members =>
  members.filter(ts.isPropertySignature);

const nameOf = (node: ts.PropertySignature | ts.PropertyAssignment): string => node.name.getText();

/** The name of a referred type, `WallMs` in `WallMs | null` too. */
const typeNameOf = (node: ts.TypeNode | undefined): string | null => {
  if (node === undefined) return null;
  if (ts.isTypeReferenceNode(node)) return node.typeName.getText();
  const named = ts.isUnionTypeNode(node) ? node.types.filter(ts.isTypeReferenceNode) : [];
  return named.length === 1 ? typeNameOf(named[0]) : null;
};

const sentences = (...texts: readonly string[]): string => texts.filter((text) => text !== "").join(" ");

/** Docstrings of the scalars: `WallMs`: "Milliseconds since …". Objects say theirs where they stand. */
const scalarDocs = (files: readonly ts.SourceFile[]): ReadonlyMap<string, string> =>
  new Map(
    files
      .flatMap(nodesOf)
      .filter(ts.isTypeAliasDeclaration)
      .filter(({ type }) => ts.isTypeReferenceNode(type))
      .map((alias) => [alias.name.text, docOf(alias)] as const),
  );

const kindOf = (members: Members): string | null => {
  const type = members.find((member) => nameOf(member) === "kind")?.type;
  return type !== undefined && ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal)
    ? type.literal.text
    : null;
};

const baseNamesOf = (node: ts.InterfaceDeclaration): readonly string[] =>
  (node.heritageClauses ?? []).flatMap(({ types }) => types.map(({ expression }) => expression.getText()));

const typedForms = (files: readonly ts.SourceFile[]): readonly DocumentedForm[] => {
  const scalars = scalarDocs(files);
  const nodes = files.flatMap(nodesOf);
  const interfaces = new Map(nodes.filter(ts.isInterfaceDeclaration).map((node) => [node.name.text, node]));
  const allMembers = (node: ts.InterfaceDeclaration): Members => [
    ...baseNamesOf(node).flatMap((name) => {
      const base = interfaces.get(name);
      return base === undefined ? [] : allMembers(base);
    }),
    ...propertiesOf(node.members),
  ];
  const form = (node: ts.Node, name: string, members: Members): DocumentedForm => ({
    name,
    text: docOf(node),
    kind: kindOf(members),
    properties: new Map(
      members.map((member) => {
        const scalar = scalars.get(typeNameOf(member.type) ?? "") ?? "";
        return [nameOf(member), sentences(docOf(member), scalar)];
      }),
    ),
  });
  return nodes.flatMap((node) => {
    if (ts.isInterfaceDeclaration(node)) return [form(node, node.name.text, allMembers(node))];
    return ts.isTypeLiteralNode(node) ? [form(node, "", propertiesOf(node.members))] : [];
  });
};

/** Forms that are only written as a schema: the object literals given to `z.strictObject`. */
const schemaForms = (files: readonly ts.SourceFile[]): readonly DocumentedForm[] =>
  files
    .flatMap(nodesOf)
    .filter(ts.isCallExpression)
    .flatMap((call) => {
      const [given] = call.arguments;
      if (!call.expression.getText().endsWith("strictObject")) return [];
      if (given === undefined || !ts.isObjectLiteralExpression(given)) return [];
      const members = given.properties.filter(ts.isPropertyAssignment);
      const kind = members.find((member) => nameOf(member) === "kind")?.initializer.getText();
      return [
        {
          name: "",
          text: "",
          kind: /^z\.literal\("([^"]+)"\)$/.exec(kind ?? "")?.[1] ?? null,
          properties: new Map(members.map((member) => [nameOf(member), docOf(member)])),
        },
      ];
    });

/** The docstrings of every form of object in these folders of `src`. */
export const readDocstrings = (source: string, folders: readonly string[]): Docstrings => {
  const files = folders.flatMap((folder) =>
    readdirSync(join(source, folder))
      .filter((name) => name.endsWith(".ts"))
      .sort()
      .map((name) => parsed(join(source, folder), name)),
  );
  const forms = new Map<string, DocumentedForm[]>();
  for (const form of [...typedForms(files), ...schemaForms(files)]) {
    const key = formKey(form.properties.keys());
    forms.set(key, [...(forms.get(key) ?? []), form]);
  }
  return { forms, scalars: scalarDocs(files) };
};
