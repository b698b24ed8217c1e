import { readFileSync } from "node:fs";
import { Socket } from "node:net";
import type { IClientOptions, MqttClient } from "mqtt";
import { LanewatchError } from "../domain/errors.ts";
import type { BrokerSettings } from "../edge/broker-settings.ts";
import { plainReason } from "./plain-reason.ts";

/** A broker that is gone without a word shows after one and a half of these. */
const keepAliveInS = 10;

/**
 * Messages that a broker may have under way to us unacknowledged, and so may repeat after a lost connection: fewer than
 * the driver `json-mqtt` remembers.
 */
const receiveMaximum = 64;

const read = (what: string, path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new LanewatchError(
      "file-unreadable",
      `the ${what} file ${path} cannot be read: ${plainReason(cause)}`,
      cause,
    );
  }
};

const passwordOf = ({ password, passwordFile }: BrokerSettings): string | undefined =>
  passwordFile === undefined
    ? password
    : read("password", passwordFile)
        .toString("utf8")
        .replace(/\r?\n$/, "");

const tlsOf = (settings: BrokerSettings): IClientOptions => {
  const { ca, cert, key, serverName, dangerouslyTrustAnyBroker } = settings;
  return {
    rejectUnauthorized: dangerouslyTrustAnyBroker !== true,
    ...(ca === undefined ? {} : { ca: read("ca", ca) }),
    ...(cert === undefined ? {} : { cert: read("cert", cert) }),
    ...(key === undefined ? {} : { key: read("key", key) }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
};

/** A client's session; null: a new one each time, which ends with the connection. */
export interface Session {
  readonly clientId: string;
  readonly expiryInS: number;
}

const sessionOf = (session: Session | null, protocolVersion: 4 | 5): IClientOptions => {
  if (session === null) return { clean: true };
  const { clientId, expiryInS } = session;
  if (protocolVersion === 4) return { clientId, clean: false };
  return { clientId, clean: false, properties: { sessionExpiryInterval: expiryInS, receiveMaximum } };
};

/**
 * Options of one connection attempt. Files are read now, so that a renewed certificate counts at the next attempt.
 * @throws LanewatchError `file-unreadable`, its text a phrase for "link down:".
 */
export const clientOptions = (settings: BrokerSettings, session: Session | null): IClientOptions => {
  const { protocolVersion, username, connectTimeoutInMs } = settings;
  const password = passwordOf(settings);
  return {
    protocolVersion,
    reconnectPeriod: 0,
    // Ours ends first, and covers what follows the connection too.
    connectTimeout: 2 * connectTimeoutInMs,
    keepalive: keepAliveInS,
    ...sessionOf(session, protocolVersion),
    ...tlsOf(settings),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
};

/** Small packets go at once: held back for the other side's acknowledgement, each could cost 40 ms. */
export const sendAtOnce = ({ stream }: MqttClient): void => {
  if (stream instanceof Socket) stream.setNoDelay(true);
};
