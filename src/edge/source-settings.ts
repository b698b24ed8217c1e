import { z } from "zod";
import { brokerShape, brokerText, refineBroker, sessionExpirySchema } from "./broker-settings.ts";

const portSchema = z.int().min(1).max(65_535);
const timeoutSchema = z.int().min(100).max(3_600_000);

/** Raw TCP: a portal or a serial server that listens, customarily one port a lane from 1600 on. */
const tcpSettingsSchema = z
  .strictObject({
    kind: z.literal("tcp"),
    /** Name or address. */
    host: z.string().min(1),
    port: portSchema,
    /** How long a connection attempt may take. */
    connectTimeoutInMs: timeoutSchema.default(5_000),
    /**
     * Gives a connection up that has brought no byte for so long. Leave it out where the portal may be quiet; a vacant
     * portal says something every 5 s. A peer that is gone without a word is noticed by TCP keepalive in about 20 s.
     */
    idleTimeoutInMs: timeoutSchema.optional(),
  })
  .readonly();

/** A serial port of this machine. Line settings as on the portal; 9600 8N1 is usual. */
const serialSettingsSchema = z
  .strictObject({
    kind: z.literal("serial"),
    /** `/dev/ttyUSB0`, better `/dev/serial/by-id/…`, which survives replugging; `COM3` on Windows. */
    path: z.string().min(1),
    /** Bits per second. */
    baudRate: z.int().min(50).max(4_000_000).default(9_600),
    dataBits: z.literal([5, 6, 7, 8]).default(8),
    parity: z.enum(["none", "even", "odd", "mark", "space"]).default("none"),
    stopBits: z.literal([1, 1.5, 2]).default(1),
    /**
     * Whether the program refuses to start while the device is missing, which finds mistakes at once. With `false` the
     * other lanes start, and this one is shown as down until its device is there.
     */
    required: z.boolean().default(true),
  })
  .readonly();

const isTopicFilter = (topic: string): boolean =>
  !topic.includes("\0") &&
  topic.split("/").every((level, at, all) => {
    if (level === "#") return at === all.length - 1;
    return level === "+" || !/[+#]/.test(level);
  });

/** A topic of an MQTT broker; the payloads, one after another, are the portal's bytes. */
const mqttSettingsSchema = z
  .strictObject({
    kind: z.literal("mqtt"),
    ...brokerShape,
    /** One lane's topic; with `+` and `#` several topics of one portal. */
    topic: z
      .string()
      .min(1)
      .max(65_535)
      .refine(isTopicFilter, "a topic, in which # stands last and + and # fill a level"),
    /**
     * With an id of its own (no two lanes may share one) the lane has a session: the broker keeps what is published
     * while the edge is away, and may repeat the last messages after a lost connection. Without, neither.
     */
    clientId: z.string().min(1).max(128).optional(),
    sessionExpiryInS: sessionExpirySchema,
    qos: z.literal([0, 1, 2]).default(1),
  })
  .superRefine(refineBroker)
  .readonly();

/** A recording, played once and as fast as it is taken. */
const fileSettingsSchema = z.strictObject({ kind: z.literal("file"), path: z.string().min(1) }).readonly();

/** How a lane's bytes are had. `kind` decides; everything else belongs to that kind. */
export const sourceSettingsSchema = z.discriminatedUnion("kind", [
  tcpSettingsSchema,
  serialSettingsSchema,
  mqttSettingsSchema,
  fileSettingsSchema,
]);

export type TcpSettings = z.infer<typeof tcpSettingsSchema>;
export type SerialSettings = z.infer<typeof serialSettingsSchema>;
export type MqttSettings = z.infer<typeof mqttSettingsSchema>;
export type FileSettings = z.infer<typeof fileSettingsSchema>;
export type SourceSettings = z.infer<typeof sourceSettingsSchema>;

/** For people, and free of secrets: `tcp 10.1.2.3:1600`, `serial /dev/ttyUSB0 9600 8N1`, `mqtt mqtt://broker portal/1`. */
export const endpointOf = (settings: SourceSettings): string => {
  switch (settings.kind) {
    case "tcp":
      return `tcp ${settings.host.includes(":") ? `[${settings.host}]` : settings.host}:${settings.port}`;
    case "serial": {
      const { path, baudRate, dataBits, parity, stopBits } = settings;
      return `serial ${path} ${baudRate} ${dataBits}${parity.charAt(0).toUpperCase()}${stopBits}`;
    }
    case "mqtt":
      return `mqtt ${brokerText(settings)} ${settings.topic}`;
    case "file":
      return `file ${settings.path}`;
  }
};

/** Whether the source has an end, after which nothing more is to be had by connecting again. */
export const playsOnce = (settings: SourceSettings): boolean => {
  switch (settings.kind) {
    case "tcp":
    case "serial":
    case "mqtt":
      return false;
    case "file":
      return true;
  }
};
