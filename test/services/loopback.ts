import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createConnection, createServer } from "node:net";

export const loopback = "127.0.0.1";

/**
 * Below what systems hand out to outgoing connections (32 768 and up on Linux, 49 152 elsewhere): a port that a killed
 * program held is still free when it starts again.
 */
const firstPort = 20_000;
const lastPort = 32_000;

/** A port of the range that nobody listens on, tried by listening. Throws after 100 that were taken. */
export const freePort = async (): Promise<number> => {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(firstPort, lastPort);
    if (await isFree(port)) return port;
  }
  throw new Error(`100 ports between ${firstPort} and ${lastPort} were taken.`);
};

/** So many different free ports. */
export const freePorts = async (count: number): Promise<readonly number[]> => {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
};

export const isFree = async (port: number): Promise<boolean> => {
  const server = createServer();
  const isListening = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, loopback, () => resolve(true));
  });
  if (isListening) {
    server.close();
    await once(server, "close");
  }
  return isListening;
};

/** Whether the port answers these bytes with any byte (or, with none to send, accepts) within a second. */
export const answers = (port: number, request: Uint8Array = new Uint8Array()): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ host: loopback, port });
    const settle = (isAnswered: boolean): void => {
      socket.destroy();
      resolve(isAnswered);
    };
    socket.setTimeout(1_000, () => settle(false));
    socket.once("error", () => settle(false));
    socket.once("close", () => settle(false));
    socket.once("data", () => settle(true));
    socket.once("connect", () => {
      if (request.length === 0) settle(true);
      else socket.write(request);
    });
  });

/** Whether an HTTP GET is answered with a success within a second. */
export const answersHttp = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
};
