import { config } from "zod";

// zod compiles schemas with `new Function` where it may; the page's content security policy forbids it. It decides when
// a schema is made, so this module is imported before any that makes one.
config({ jitless: true });
