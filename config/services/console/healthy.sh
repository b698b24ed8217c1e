#!/bin/sh
# Healthy is a console that says so, asked the way a browser comes. Usage: healthy.sh [port]
set -eu
exec node -e '
  process.exitCode = 1;
  fetch(`http://127.0.0.1:${process.argv[1]}/healthz`, { signal: AbortSignal.timeout(4000) }).then(
    (answer) => process.exit(answer.ok ? 0 : 1),
    () => process.exit(1),
  );
' "${1:-8080}"
