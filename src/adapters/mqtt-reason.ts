import { plainReason } from "./plain-reason.ts";

/** Why a broker refuses or ends a connection: the codes of MQTT 3.1.1 (1–5) and of MQTT 5 (0 and from 128). */
const refusals: Readonly<Record<number, string>> = {
  0: "the broker closed the connection",
  1: "the broker does not speak this version of MQTT: try another protocolVersion",
  2: "the broker refuses the client id",
  3: "the broker is not available at the moment",
  4: "the broker refuses the name or the password",
  5: "the broker refuses the name or the password",
  128: "the broker refuses the connection and does not say why",
  130: "the broker found a mistake in the protocol",
  132: "the broker does not speak this version of MQTT: try another protocolVersion",
  133: "the broker refuses the client id",
  134: "the broker refuses the name or the password",
  135: "the broker refuses the name or the password",
  136: "the broker is not available at the moment",
  137: "the broker is too busy",
  138: "the broker has banned this client",
  139: "the broker is shutting down",
  140: "the broker wants another way to sign in",
  141: "the broker heard nothing for too long",
  142: "another connection uses the same client id",
  143: "the broker refuses the topic",
  144: "the broker refuses the topic",
  149: "a message is too large for the broker",
  151: "the broker's quota for this client is used up",
  152: "an administrator of the broker closed the connection",
  155: "the broker does not offer this quality of service",
  156: "the broker says to use another server",
  157: "the broker has moved",
  159: "the broker refuses so many connections in a short time",
};

/** What TLS says, by Node's codes. */
const tlsReasons: ReadonlyMap<string, string> = new Map([
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "the broker's certificate is signed by nobody we trust"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "the broker's certificate is signed by nobody we trust"],
  ["UNABLE_TO_GET_ISSUER_CERT", "the broker's certificate is signed by nobody we trust"],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "the broker's certificate is signed by nobody we trust"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "the broker's certificate is signed by nobody we trust"],
  ["CERT_HAS_EXPIRED", "the broker's certificate has expired"],
  ["CERT_NOT_YET_VALID", "the broker's certificate is not valid yet: is the clock right?"],
  ["CERT_REVOKED", "the broker's certificate was revoked"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "the broker's certificate is for another name"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "the broker does not speak TLS on this port"],
  ["EPROTO", "the broker does not speak TLS on this port, or refuses our way of it"],
  ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "the broker wants a certificate of ours"],
  ["ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", "the broker refuses the handshake of TLS"],
  ["ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", "the broker does not trust our certificate"],
  ["ERR_OSSL_X509_KEY_VALUES_MISMATCH", "the key is not the certificate's"],
]);

/** The code of a CONNACK, a DISCONNECT or of Node, where the error carries one. */
const codeOf = (error: unknown): string | number | undefined => {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  const { code } = error;
  return typeof code === "string" || typeof code === "number" ? code : undefined;
};

/** The broker's word for it by its reason code. */
export const refusalOf = (reasonCode: number): string =>
  refusals[reasonCode] ?? `the broker refuses, with reason code ${reasonCode}`;

/** What the broker or the way to it says, as a phrase for a person. */
export const mqttReason = (error: unknown): string => {
  const code = codeOf(error);
  if (typeof code === "number") return refusalOf(code);
  return tlsReasons.get(code ?? "") ?? plainReason(error);
};
