import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** The package's own folder, from `src/commands` as well as from `dist/src/commands`. */
const packageFolder = import.meta.url.endsWith(".ts") ? "../../" : "../../../";

/** Absolute path of a file that comes with the package. */
export const packageFile = (path: string): string =>
  fileURLToPath(new URL(packageFolder + path, import.meta.url));

const packageSchema = z.looseObject({ version: z.string(), description: z.string() });

/** What the package says of itself. */
export const packageFacts = (): z.infer<typeof packageSchema> =>
  packageSchema.parse(JSON.parse(readFileSync(packageFile("package.json"), "utf8")));
