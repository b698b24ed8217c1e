import { fileURLToPath } from "node:url";

/** The package's own folder, from `src/commands` as well as from `dist/src/commands`. */
const packageFolder = import.meta.url.endsWith(".ts") ? "../../" : "../../../";

/** Absolute path of a file that comes with the package. */
export const packageFile = (path: string): string =>
  fileURLToPath(new URL(packageFolder + path, import.meta.url));
