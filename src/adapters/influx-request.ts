import { LanewatchError } from "../domain/errors.ts";
import type { SinkSettings } from "../sink/sink-settings.ts";

/**
 * Asks a database over HTTP, and gives its answer as text.
 * @throws LanewatchError `series-failed`.
 */
export type Ask = (path: string, parameters: Readonly<Record<string, string>>) => Promise<string>;

export const askOf =
  ({ url, timeoutInMs }: SinkSettings, token: string | undefined): Ask =>
  async (path, parameters) => {
    const address = `${url.replace(/\/$/, "")}${path}?${new URLSearchParams(parameters).toString()}`;
    const failure = (what: string, cause?: unknown): LanewatchError =>
      new LanewatchError("series-failed", `The time series database at ${url} ${what}.`, cause);
    let response: Response;
    let text: string;
    try {
      response = await fetch(address, {
        signal: AbortSignal.timeout(timeoutInMs),
        headers: token === undefined ? {} : { authorization: `Token ${token}` },
      });
      text = await response.text();
    } catch (cause) {
      throw failure("cannot be reached", cause);
    }
    if (response.ok) return text;
    throw failure(
      response.status === 401 || response.status === 403
        ? "refuses the token"
        : `answers with status ${response.status}: ${text.slice(0, 200).trim()}`,
    );
  };

/** @throws LanewatchError `series-failed` where it is no JSON of that form. */
export const parsedAnswer = <T>(text: string, parse: (value: unknown) => T): T => {
  try {
    return parse(JSON.parse(text));
  } catch (cause) {
    throw new LanewatchError("series-failed", "The time series database's answer cannot be read.", cause);
  }
};
