import type { ErrorReply } from "./error-body.ts";
import { errorReply } from "./error-body.ts";

/**
 * Until there is a sign-in, being on this machine is what admits an officer. A page of another site must not borrow
 * that: neither by a name of its own that resolves to the loopback address (DNS rebinding: the Host header tells), nor
 * by a request across origins (the Origin header tells).
 */
const loopbackHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

export const isLoopbackHost = (host: string | undefined): host is string =>
  host !== undefined && loopbackHost.test(host);

/** The address to listen on, without brackets or port. */
export const isLoopbackAddress = (address: string): boolean =>
  ["localhost", "127.0.0.1", "::1"].includes(address.toLowerCase());

const authorityOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).host : undefined);

export interface RequestHead {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** It changes something or opens a socket, so that another origin must not send it. */
  readonly guarded: boolean;
}

/** Why the request is refused, or null. A request without an Origin comes from no page. */
export const refusalOf = ({ host, origin, guarded }: RequestHead): ErrorReply | null => {
  if (!isLoopbackHost(host)) {
    return errorReply("origin-refused", "The console answers to localhost, 127.0.0.1 and [::1] only.");
  }
  if (guarded && origin !== undefined && authorityOf(origin) !== authorityOf(`http://${host}`)) {
    return errorReply("origin-refused", "The request comes from a page of another origin.");
  }
  return null;
};
