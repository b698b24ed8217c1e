import type { FastifyReply } from "fastify";

/**
 * A reply that a browser saves, or shows as a picture in our page, and never runs: nothing is guessed about its type,
 * and opened by itself it has no rights at all.
 */
export const savedAs = (
  reply: FastifyReply,
  { name, mediaType }: { readonly name: string; readonly mediaType: string },
): FastifyReply =>
  reply
    .type(mediaType)
    .header("content-disposition", dispositionOf(name))
    .header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
    .header("x-content-type-options", "nosniff")
    .header("cache-control", "no-store");

/** RFC 6266: a name of ASCII for old programs, and the name itself. */
const dispositionOf = (name: string): string => {
  const plain = name.replace(/[^A-Za-z0-9 ._-]/g, "_");
  const whole = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
};
