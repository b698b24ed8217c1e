import { describe, expect, it } from "vitest";
import { hostGuard, isLoopbackAddress } from "../../src/console/host-guard.ts";

const here = "127.0.0.1:8080";
const local = hostGuard({ hosts: [], isSecure: false });
const open = hostGuard({ hosts: ["console.example.org", "[2001:db8::1]"], isSecure: true });

describe("the guard of a console on loopback", () => {
  it.each([
    ["127.0.0.1:8080", undefined, true],
    ["localhost", undefined, true],
    ["LOCALHOST:8080", "http://localhost:8080", true],
    ["[::1]:8080", "http://[::1]:8080", true],
    ["localhost:80", "http://localhost", true],
    [here, "http://127.0.0.1:8080", true],
    [here, "http://localhost:8080", false],
    [here, "http://127.0.0.1:8081", false],
    [here, "https://127.0.0.1:8080", false],
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
    ["console.example.org", undefined, false],
  ])("host %s, origin %s: admitted %s", (host, origin, admitted) => {
    const refusal = local.refusalOf({ host, origin, guarded: true });
    expect(refusal?.body.error.code).toBe(admitted ? undefined : "origin-refused");
  });

  it("lets any page link to what changes nothing", () => {
    expect(local.refusalOf({ host: here, origin: "http://evil.example", guarded: false })).toBeNull();
    expect(local.refusalOf({ host: "evil.example", origin: undefined, guarded: false })?.status).toBe(403);
  });
});

describe("the guard of a console with names of its own, over TLS", () => {
  it.each([
    ["console.example.org", "https://console.example.org", true],
    ["Console.Example.org", "https://console.example.org", true],
    ["console.example.org:443", "https://console.example.org", true],
    ["console.example.org:8443", "https://console.example.org:8443", true],
    ["[2001:db8::1]:8443", "https://[2001:db8::1]:8443", true],
    ["127.0.0.1:8080", undefined, true],
    // A page that came without TLS may be anybody's.
    ["console.example.org", "http://console.example.org", false],
    ["console.example.org:8443", "https://console.example.org", false],
    ["www.console.example.org", undefined, false],
    ["console.example.org.evil.example", undefined, false],
    ["evil.example", undefined, false],
  ])("host %s, origin %s: admitted %s", (host, origin, admitted) => {
    const refusal = open.refusalOf({ host, origin, guarded: true });
    expect(refusal?.body.error.code).toBe(admitted ? undefined : "origin-refused");
  });
});

it("knows the addresses that stay on this machine", () => {
  expect(["localhost", "127.0.0.1", "::1"].every(isLoopbackAddress)).toBe(true);
  expect(["0.0.0.0", "::", "192.168.0.1", "example.org", ""].some(isLoopbackAddress)).toBe(false);
});
