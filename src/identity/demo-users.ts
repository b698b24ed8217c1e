import type { User } from "./user-settings.ts";

/**
 * Accounts of the loopback demonstration, whose door shows their passphrases: there is nothing to protect. They exist
 * with `console.demo` alone, which no console has that anybody but this machine can reach.
 */
export const demoUsers = [
  {
    name: "olga",
    role: "officer",
    passphrase: "olga at the demo",
    hash: "scrypt:1024:8:1:6NAEYnfyKWGEW0fRdU3Xqg:31tRkT8K4R3K5AJea0TXob6gA_NAauZPgQy0lVJ2WmQ",
  },
  {
    name: "omar",
    role: "officer",
    passphrase: "omar at the demo",
    hash: "scrypt:1024:8:1:qOHjHDRbn1E_U19hb_bP4Q:ORlWy6iusZ35dLsImqJnpq9eR4L_vBFtEXwBD67ann8",
  },
  {
    name: "sofia",
    role: "supervisor",
    passphrase: "sofia at the demo",
    hash: "scrypt:1024:8:1:rbcSAVgTREF7CC5iuqYT8A:EjZz_KY4Y1Jya_8gbvzd86VoFN3iQGVRPdePwtvNi9g",
  },
  {
    name: "emil",
    role: "engineer",
    passphrase: "emil at the demo",
    hash: "scrypt:1024:8:1:ActeoLaKmefro6-Rg87DLA:ulJZWWB_NN_VBHJf3ylXDIC-oHibF0IHvLpJSInqJHI",
  },
] as const satisfies readonly (User & { readonly hash: string })[];
