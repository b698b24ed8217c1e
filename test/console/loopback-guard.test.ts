import { describe, expect, it } from "vitest";
import { isLoopbackAddress, refusalOf } from "../../src/console/loopback-guard.ts";

const here = "127.0.0.1:8080";

describe("loopback guard", () => {
  it.each([
    ["127.0.0.1:8080", undefined, true],
    ["localhost", undefined, true],
    ["LOCALHOST:8080", "http://localhost:8080", true],
    ["[::1]:8080", "http://[::1]:8080", true],
    ["localhost:80", "http://localhost", true],
    [here, "http://127.0.0.1:8080", true],
    [here, "http://localhost:8080", false],
    [here, "http://127.0.0.1:8081", false],
    [here, "http://evil.example", false],
    [here, "null", false],
    [here, "", false],
    [undefined, undefined, false],
    ["", undefined, false],
    ["evil.example", undefined, false],
    ["evil.example:8080", "http://evil.example:8080", false],
    ["localhost.evil.example", undefined, false],
    ["127.0.0.1.evil.example", undefined, false],
    ["evil.example@localhost", undefined, false],
    ["localhost:8080, evil.example", undefined, false],
    ["127.0.0.2:8080", undefined, false],
    ["0.0.0.0:8080", undefined, false],
  ])("host %s, origin %s: admitted %s", (host, origin, admitted) => {
    const refusal = refusalOf({ host, origin, guarded: true });
    expect(refusal?.body.error.code).toBe(admitted ? undefined : "origin-refused");
  });

  it("lets any page link to what changes nothing", () => {
    expect(refusalOf({ host: here, origin: "http://evil.example", guarded: false })).toBeNull();
    expect(refusalOf({ host: "evil.example", origin: undefined, guarded: false })?.status).toBe(403);
  });

  it("knows the addresses that stay on this machine", () => {
    expect(["localhost", "127.0.0.1", "::1"].every(isLoopbackAddress)).toBe(true);
    expect(["0.0.0.0", "::", "192.168.0.1", "example.org", ""].some(isLoopbackAddress)).toBe(false);
  });
});
