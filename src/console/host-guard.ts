import type { ErrorReply } from "./error-body.ts";
import { errorReply } from "./error-body.ts";

/**
 * A page of another site must not use what this browser may do here: neither by a name of its own that resolves to our
 * address (DNS rebinding: the Host header tells), nor by a request across origins (the Origin header tells).
 */
export interface HostGuard {
  readonly admits: (host: string | undefined) => host is string;
  /** Why the request is refused, or null. A request without an Origin comes from no page. */
  readonly refusalOf: (head: RequestHead) => ErrorReply | null;
}

export interface RequestHead {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** It changes something or opens a socket, so that another origin must not send it. */
  readonly guarded: boolean;
}

/** Nobody else's page can have these names, so that they are always ours. */
const loopbackNames = ["localhost", "127.0.0.1", "[::1]"];

const hostPattern = /^(?<name>[a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i;

/** The address to listen on, without brackets or port. */
export const isLoopbackAddress = (address: string): boolean =>
  ["localhost", "127.0.0.1", "::1"].includes(address.toLowerCase());

/**
 * @param options.hosts names besides those of loopback, in lower case, whatever the port.
 * @param options.isSecure browsers come over TLS: a page that did not is of another origin.
 */
export const hostGuard = ({
  hosts,
  isSecure,
}: {
  readonly hosts: readonly string[];
  readonly isSecure: boolean;
}): HostGuard => {
  const names = new Set([...loopbackNames, ...hosts]);
  const scheme = isSecure ? "https:" : "http:";
  const admits = (host: string | undefined): host is string =>
    host !== undefined && names.has(hostPattern.exec(host)?.groups?.["name"]?.toLowerCase() ?? "");
  const refusalOf: HostGuard["refusalOf"] = ({ host, origin, guarded }) => {
    if (!admits(host)) return errorReply("origin-refused", "The console does not answer to this host name.");
    if (guarded && origin !== undefined && originOf(origin) !== originOf(`${scheme}//${host}`)) {
      return errorReply("origin-refused", "The request comes from a page of another origin.");
    }
    return null;
  };
  return { admits, refusalOf };
};

const originOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).origin : undefined);
