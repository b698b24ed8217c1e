import type { IncomingHttpHeaders } from "node:http";

const cookieName = "lanewatch-session";

/** The session's secret in a request's cookies (RFC 6265, section 5.4), or undefined. The first of that name counts. */
export const secretIn = ({ cookie }: IncomingHttpHeaders): string | undefined => {
  for (const pair of (cookie ?? "").split(";")) {
    const [name, value] = pair.trim().split("=", 2);
    if (name === cookieName && value !== undefined && /^[\w-]{43}$/.test(value)) return value;
  }
  return undefined;
};

/** Scripts cannot read it, other sites' pages cannot send it, and it goes with the browser; null takes it away. */
export const sessionCookie = (secret: string | null, isSecure: boolean): string => {
  const flags = `Path=/; HttpOnly; SameSite=Strict${isSecure ? "; Secure" : ""}`;
  return secret === null ? `${cookieName}=; ${flags}; Max-Age=0` : `${cookieName}=${secret}; ${flags}`;
};
