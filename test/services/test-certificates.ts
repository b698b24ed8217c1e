import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A server certificate for `localhost` and 127.0.0.1 and the authority that signed it, made for one test. */
export interface TestCertificates {
  /** PEM, for a client's `ca`. */
  readonly ca: string;
  readonly caPath: string;
  readonly certificatePath: string;
  readonly keyPath: string;
  /** Key and certificate in one file, as Kafka wants them. */
  readonly keyStorePath: string;
}

const openssl = async (folder: string, args: readonly string[]): Promise<void> => {
  await run("openssl", args, { cwd: folder, timeout: 10_000 });
};

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
const extensions = "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n";

/** Needs `openssl`. The files are valid for 30 days and belong in a folder that the test removes. */
export const makeCertificates = async (folder: string): Promise<TestCertificates> => {
  await writeFile(join(folder, "extensions"), extensions);
  await openssl(folder, [
    ...["req", "-x509", ...newKey, "-days", "30", "-subj", "/CN=lanewatch test authority"],
    ...["-keyout", "ca.key", "-out", "ca.pem"],
  ]);
  await openssl(folder, [
    ...["req", ...newKey, "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"],
  ]);
  await openssl(folder, [
    ...["x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"],
    ...["-days", "30", "-extfile", "extensions", "-out", "server.pem"],
  ]);
  const [ca, key, certificate] = await Promise.all(
    ["ca.pem", "server.key", "server.pem"].map((name) => readFile(join(folder, name), "utf8")),
  );
  await writeFile(join(folder, "keystore.pem"), `${key ?? ""}${certificate ?? ""}${ca ?? ""}`, {
    mode: 0o600,
  });
  return {
    ca: ca ?? "",
    caPath: join(folder, "ca.pem"),
    certificatePath: join(folder, "server.pem"),
    keyPath: join(folder, "server.key"),
    keyStorePath: join(folder, "keystore.pem"),
  };
};
