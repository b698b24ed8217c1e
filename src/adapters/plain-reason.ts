/** System error codes in plain words, as they stand after "link down:". */
const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was reset by the other side",
  EPIPE: "the connection was closed by the other side",
  ETIMEDOUT: "the other side does not answer",
  EHOSTUNREACH: "the host cannot be reached",
  EHOSTDOWN: "the host is down",
  ENETUNREACH: "the network cannot be reached",
  ENETDOWN: "the network is down",
  EADDRNOTAVAIL: "the address cannot be used from here",
  ENOTFOUND: "the host name is unknown",
  EAI_AGAIN: "the host name cannot be looked up at the moment",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOENT: "there is no such file",
  EISDIR: "it is a directory",
  EIO: "the device failed",
  EBUSY: "the device is in use by another program",
  EMFILE: "this process has too many files open",
};

const codeOf = (error: unknown): string | null =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;

/**
 * What went wrong outside, as a phrase for a person: no codes, no stack, the same text for the same cause. An unknown
 * error gives the first line of its own message.
 */
export const plainReason = (error: unknown): string => {
  const known = reasons[codeOf(error) ?? ""];
  if (known !== undefined) return known;
  const [line = ""] = (error instanceof Error ? error.message : String(error)).split("\n", 1);
  return line.replace(/^(Error: )+/, "") || "an unknown failure";
};

export const stoppedReason = "the edge agent was stopped";
