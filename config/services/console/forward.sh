#!/bin/sh
# Passes connections on to a port of loopback, for a container whose program listens on loopback alone.
# Usage: forward.sh LISTEN_PORT LOOPBACK_PORT
set -eu
exec node -e '
  const { connect, createServer } = require("node:net");
  const [listenPort, port] = process.argv.slice(1).map(Number);
  const server = createServer({ noDelay: true }, (outer) => {
    const inner = connect({ port, host: "127.0.0.1", noDelay: true });
    outer.on("error", () => inner.destroy()).on("close", () => inner.destroy());
    inner.on("error", () => outer.destroy()).on("close", () => outer.destroy());
    outer.pipe(inner).pipe(outer);
  });
  server.maxConnections = 500;
  server.listen(listenPort);
  process.on("SIGTERM", () => process.exit(0));
' "$1" "$2"
