import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { AlarmId } from "../../../../domain/ids.ts";
import { errorBodySchema } from "../../../../wire/console.ts";
import { apiFetch } from "../../api.ts";
import { troubleText } from "../../command-text.ts";
import { alarmPath } from "../../commands.ts";
import { type Store, useStore, useTexts } from "../../store.ts";
import { Menu } from "../../ui/menu.tsx";

/** The documents of an alarm that the server makes. */
const documents = ["pdf", "n42", "csv", "picture", "raw", "zip"] as const;
type DocumentName = (typeof documents)[number];

/** The name that the server gives the file, or one of ours. */
const fileNameOf = (response: Response, fallback: string): string => {
  const said = response.headers.get("content-disposition") ?? "";
  return /filename="([^"]+)"/.exec(said)?.[1] ?? fallback;
};

const codeOf = async (response: Response): Promise<string> => {
  try {
    return errorBodySchema.safeParse(await response.json()).data?.error.code ?? "";
  } catch {
    // Not our JSON: a proxy's page.
    return "";
  }
};

/** Fetches the document and hands it to the browser to save; the code of what went wrong, null where nothing did. */
const save = async (store: Store, alarmId: AlarmId, name: DocumentName): Promise<string | null> => {
  try {
    const response = await apiFetch(store)(`${alarmPath(alarmId)}/evidence/${name}`);
    if (!response.ok) return await codeOf(response);
    const address = URL.createObjectURL(await response.blob());
    const link = document.createElement("a");
    link.href = address;
    link.download = fileNameOf(response, `alarm.${name}`);
    link.click();
    // The browser has taken it by then; without this the page keeps its bytes.
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    return null;
  } catch {
    // The network: the document is not there, and the officer reads so.
    return "";
  }
};

type Progress = { readonly kind: "making" } | { readonly kind: "failed"; readonly code: string };

/** Evidence to take along: each document is made when it is asked for. */
export const ExportsMenu = ({ alarmId }: { readonly alarmId: AlarmId }): JSX.Element => {
  const store = useStore();
  const t = useTexts();
  const text = t.alarmPage.exports;
  const [progress, setProgress] = useState<ReadonlyMap<DocumentName, Progress>>(new Map());
  const note = (name: DocumentName, now: Progress | null): void =>
    setProgress((all) => {
      const next = new Map(all);
      if (now === null) next.delete(name);
      else next.set(name, now);
      return next;
    });
  const fetchDocument = async (name: DocumentName): Promise<void> => {
    note(name, { kind: "making" });
    const code = await save(store, alarmId, name);
    note(name, code === null ? null : { kind: "failed", code });
  };
  return (
    <Menu label={text.label} testId="exports">
      <ul class="exports">
        {documents.map((name) => {
          const now = progress.get(name);
          return (
            <li key={name}>
              <a
                href={`${alarmPath(alarmId)}/evidence/${name}`}
                download
                data-testid={`export-${name}`}
                onClick={(event) => {
                  event.preventDefault();
                  if (now?.kind !== "making") void fetchDocument(name);
                }}
              >
                {text.documents[name]}
              </a>
              <span role="status">
                {now?.kind === "making" && <span class="quiet"> {text.making}</span>}
                {now?.kind === "failed" && (
                  <span class="problem">
                    {" "}
                    {now.code === "not-found"
                      ? text.gone
                      : now.code === ""
                        ? text.failed
                        : troubleText(t, now.code)}
                  </span>
                )}
              </span>
            </li>
          );
        })}
      </ul>
    </Menu>
  );
};
