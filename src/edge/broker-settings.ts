import { z } from "zod";

/** How long the broker keeps a session without its client by default: a day, a long weekend is `259200`. */
const defaultSessionExpiryInS = 86_400;
/** The largest that MQTT 5 has but for "never". */
const maxSessionExpiryInS = 4_294_967_294;

const filePath = z.string().min(1);

/** How to reach an MQTT broker, for sources and for signals. File paths are relative to the configuration file. */
export const brokerShape = {
  /** `mqtt://broker:1883`, `mqtts://…`, `ws://…` or `wss://…`. */
  url: z.url({
    protocol: /^(mqtts?|wss?)$/,
    error: "a URL that begins with mqtt://, mqtts://, ws:// or wss://",
  }),
  /** 5, or 4 for brokers that speak MQTT 3.1.1 only. */
  protocolVersion: z.literal([4, 5]).default(5),
  username: z.string().optional(),
  password: z.string().optional(),
  /** A file that holds the password, a line end after it left out. It is read at every connection. */
  passwordFile: filePath.optional(),
  /** PEM files for `mqtts` and `wss`: who vouches for the broker (the system's authorities else), and who we are. */
  ca: filePath.optional(),
  cert: filePath.optional(),
  key: filePath.optional(),
  /** The name that the broker's certificate is for, where it is not the URL's. */
  serverName: z.string().min(1).max(253).optional(),
  /**
   * DANGEROUS: takes any certificate, so that whoever stands between can read and forge everything. For a bench only;
   * the lane says so wherever its endpoint is shown.
   */
  dangerouslyTrustAnyBroker: z.literal(true).optional(),
  /** How long it may take from the first packet until the connection can be used. */
  connectTimeoutInMs: z.int().min(100).max(3_600_000).default(5_000),
} as const;

/** For the session of a client that has an id; MQTT 3.1.1 has no such limit, the broker's own counts there. */
export const sessionExpirySchema = z.int().min(0).max(maxSessionExpiryInS).default(defaultSessionExpiryInS);

export type BrokerSettings = z.infer<z.ZodObject<typeof brokerShape>>;

const tlsOptions = ["ca", "cert", "key", "serverName", "dangerouslyTrustAnyBroker"] as const;
const isEncrypted = (url: string): boolean => /^(mqtts|wss):/i.test(url);

/** What does not go together, each with the option it is about. */
export const brokerProblems = (
  settings: BrokerSettings,
): readonly { readonly option: keyof BrokerSettings; readonly message: string }[] => {
  const { url, username, password, passwordFile, cert, key } = settings;
  const problems: { option: keyof BrokerSettings; message: string }[] = [];
  for (const option of tlsOptions) {
    if (settings[option] !== undefined && !isEncrypted(url))
      problems.push({ option, message: "is for mqtts:// and wss:// only" });
  }
  if ((cert === undefined) !== (key === undefined))
    problems.push({ option: cert === undefined ? "cert" : "key", message: "cert and key go together" });
  if (password !== undefined && passwordFile !== undefined)
    problems.push({ option: "passwordFile", message: "password or passwordFile, not both" });
  if (username === undefined && (password !== undefined || passwordFile !== undefined))
    problems.push({ option: "username", message: "a password needs a username" });
  return problems;
};

/** For `superRefine`. */
export const refineBroker = (settings: BrokerSettings, context: z.core.$RefinementCtx): void => {
  for (const { option, message } of brokerProblems(settings))
    context.addIssue({ code: "custom", path: [option], message });
};

/** A broker's URL without the name and password it may carry, and a word where nobody checks who answers. */
export const brokerText = ({
  url,
  dangerouslyTrustAnyBroker,
}: Pick<BrokerSettings, "url" | "dangerouslyTrustAnyBroker">): string => {
  const parsed = new URL(url);
  parsed.username = "";
  parsed.password = "";
  return dangerouslyTrustAnyBroker === true ? `${parsed.href} (UNVERIFIED BROKER)` : parsed.href;
};

/** The broker's settings with file paths as `resolve` makes them. */
export const withResolvedFiles = <Settings extends BrokerSettings>(
  settings: Settings,
  resolve: (path: string) => string,
): Settings => {
  const { ca, cert, key, passwordFile } = settings;
  return {
    ...settings,
    ...(ca === undefined ? {} : { ca: resolve(ca) }),
    ...(cert === undefined ? {} : { cert: resolve(cert) }),
    ...(key === undefined ? {} : { key: resolve(key) }),
    ...(passwordFile === undefined ? {} : { passwordFile: resolve(passwordFile) }),
  };
};
