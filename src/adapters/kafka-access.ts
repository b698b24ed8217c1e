import { readFile } from "node:fs/promises";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import { LanewatchError } from "../domain/errors.ts";
import type { KafkaSettings } from "../kafka-settings.ts";
import { plainReason } from "./plain-reason.ts";

/** What is behind the settings' files, read once. */
export interface KafkaAccess {
  readonly settings: KafkaSettings;
  readonly tls: ConnectionOptions | null;
  readonly sasl: SaslLogin | null;
}

/** What the broker is told of who this is. */
export interface SaslLogin {
  readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
  readonly username: string;
  readonly password: string;
}

const readOwn = async (path: string): Promise<Buffer> => {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new LanewatchError("file-unreadable", `${path} cannot be read: ${plainReason(cause)}.`, cause);
  }
};

const loginOf = async (sasl: NonNullable<KafkaSettings["sasl"]>): Promise<SaslLogin> => {
  const { mechanism, username, password, passwordFile } = sasl;
  const read = passwordFile === undefined ? "" : (await readOwn(passwordFile)).toString("utf8");
  return { mechanism, username, password: password ?? read.replace(/\r?\n$/, "") };
};

/** @throws LanewatchError `file-unreadable` for a certificate, key or password. Paths are taken as they are. */
export const readAccess = async (settings: KafkaSettings): Promise<KafkaAccess> => {
  const sasl = settings.sasl === undefined ? null : await loginOf(settings.sasl);
  if (settings.tls === undefined) return { settings, tls: null, sasl };
  const { caFile, certFile, keyFile, serverName } = settings.tls;
  return {
    settings,
    tls: {
      ...(caFile === undefined ? {} : { ca: await readOwn(caFile) }),
      ...(certFile === undefined ? {} : { cert: await readOwn(certFile) }),
      ...(keyFile === undefined ? {} : { key: await readOwn(keyFile) }),
      ...(serverName === undefined ? {} : { servername: serverName }),
    },
    sasl,
  };
};

/** A peer that is gone without a word is noticed by TCP too, after the first of these. */
const keepAliveInMs = 10_000;

/** A connection without Nagle's delay, which would hold a small request back until the last one is acknowledged. */
export const openSocket = (
  { tls }: KafkaAccess,
  to: { readonly host: string; readonly port: number; readonly onConnect: () => void },
): Socket => {
  const { host, port, onConnect } = to;
  const name = isIP(host) === 0 ? { servername: host } : {};
  const socket =
    tls === null
      ? connectTcp({ host, port }, onConnect)
      : connectTls({ host, port, ...name, ...tls }, onConnect);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, keepAliveInMs);
  return socket;
};
