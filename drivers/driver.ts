import type { z } from "zod";
import type { Codec } from "../src/domain/codec.ts";

/**
 * A driver: a codec plus the schema of its settings. It turns chunks of bytes into messages (src/domain/messages.ts);
 * it never opens a port, reads a clock or throws on data. `defineDriver` ties the two types together; the registry
 * holds the result.
 */
export interface Driver {
  /** The `driver.kind` of the configuration: the portal family and its wire. */
  readonly kind: string;
  /** One line for people. */
  readonly summary: string;
  /** Strict object schema of the driver's own settings, every one with a default. */
  readonly settings: z.ZodType;
  /** @throws ZodError for settings that the schema refuses; configuration has refused them before. */
  codec(settings: unknown): Codec;
  /** What a portal with these settings can send beside gamma counts. */
  measures(settings: unknown): Measures;
}

export interface Measures {
  readonly neutron: boolean;
  readonly energy: boolean;
}

export const defineDriver = <Settings>(driver: {
  readonly kind: string;
  readonly summary: string;
  readonly settings: z.ZodType<Settings>;
  readonly codec: (settings: Settings) => Codec;
  readonly measures: (settings: Settings) => Measures;
}): Driver => ({
  kind: driver.kind,
  summary: driver.summary,
  settings: driver.settings,
  codec: (settings) => driver.codec(driver.settings.parse(settings)),
  measures: (settings) => driver.measures(driver.settings.parse(settings)),
});
